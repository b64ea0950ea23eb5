package org.gto4j.model;

import org.gto4j.engine.global.gto4j;
import org.gto4j.engine.gto_target_head;

/** Native side of {@link TargetHead}. */
final class EngineTargetHead {
    private final gto_target_head handle;

    private EngineTargetHead(gto_target_head handle) {
        this.handle = handle;
    }

    static EngineTargetHead open(EngineTarget target) {
        gto_target_head head = new gto_target_head();
        Engine.check(gto4j.gto_target_head_open(target.handle, head));
        return new EngineTargetHead(head);
    }

    /** @param rows with rows * vocabulary below 2^31 */
    float[] logits(EngineFeatures features, int first, int rows, int vocabulary) {
        float[] logits = new float[rows * vocabulary];
        Engine.check(gto4j.gto_target_head_logits(handle, features.handle, first, rows, logits));
        return logits;
    }

    void free() {
        gto4j.gto_target_head_free(handle);
    }
}
