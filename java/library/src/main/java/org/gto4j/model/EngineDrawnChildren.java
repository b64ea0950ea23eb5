package org.gto4j.model;

import org.gto4j.engine.global.gto4j;
import org.gto4j.engine.gto_drawn_children;

/** Native side of {@link DrawnChildren}. */
final class EngineDrawnChildren {
    final gto_drawn_children handle;

    private EngineDrawnChildren(gto_drawn_children handle) {
        this.handle = handle;
    }

    static EngineDrawnChildren open(EngineTarget target, double temperature, int seed) {
        gto_drawn_children drawn = new gto_drawn_children();
        Engine.check(gto4j.gto_drawn_children_open(target.handle, (float) temperature, seed, drawn));
        return new EngineDrawnChildren(drawn);
    }

    int count() {
        return gto4j.gto_drawn_children_count(handle);
    }

    void clear() {
        Engine.check(gto4j.gto_drawn_children_clear(handle));
    }

    void free() {
        gto4j.gto_drawn_children_free(handle);
    }
}
