package org.gto4j.model;

import org.gto4j.engine.global.gto4j;
import org.gto4j.engine.gto_features;

/** Native side of {@link Features}. */
final class EngineFeatures {
    final gto_features handle;

    private EngineFeatures(gto_features handle) {
        this.handle = handle;
    }

    static EngineFeatures create(int taps, int hidden, boolean withHidden, Features.Type type) {
        Engine.ready();
        gto_features features = new gto_features();
        int code =
                switch (type) {
                    case F32 -> gto4j.GTO_TYPE_F32;
                    case F16 -> gto4j.GTO_TYPE_F16;
                };
        Engine.check(gto4j.gto_features_create(taps, hidden, withHidden, code, features));
        return new EngineFeatures(features);
    }

    /** In F32, in the device's memory where it computes drafts. */
    static EngineFeatures createOn(EngineDevice device, int taps, int hidden, boolean withHidden) {
        gto_features features = new gto_features();
        Engine.check(gto4j.gto_features_create_on(device.handle, taps, hidden, withHidden, features));
        return new EngineFeatures(features);
    }

    int rows() {
        return gto4j.gto_features_rows(handle);
    }

    long rowBytes() {
        return gto4j.gto_features_row_bytes(handle);
    }

    void truncate(int rows) {
        Engine.check(gto4j.gto_features_truncate(handle, rows));
    }

    void append(float[] values, int rows) {
        Engine.check(gto4j.gto_features_append(handle, rows, values));
    }

    float[] row(int row, int width) {
        float[] values = new float[width];
        Engine.check(gto4j.gto_features_get(handle, row, values));
        return values;
    }

    long write(String path) {
        long[] offset = {0};
        Engine.check(gto4j.gto_features_write(handle, path, offset));
        return offset[0];
    }

    void read(String path, long offset, int rows) {
        Engine.check(gto4j.gto_features_read(handle, path, offset, rows));
    }

    void free() {
        gto4j.gto_features_free(handle);
    }
}
