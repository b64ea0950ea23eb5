/** The natives of gto4j and their generated Java binding; applications use module org.gto4j. */
module org.gto4j.presets {
    requires transitive org.bytedeco.javacpp;

    exports org.gto4j.presets;
    exports org.gto4j.engine;
    exports org.gto4j.engine.global;
}
