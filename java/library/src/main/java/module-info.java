/**
 * Decodes losslessly with draft trees, trains EAGLE-3 drafts for GGUF models, and aligns them by Group Tree
 * Optimization.
 */
module org.gto4j {
    requires com.fasterxml.jackson.databind;
    requires org.gto4j.presets;
    requires static org.jspecify;
    requires org.slf4j;

    exports org.gto4j;
    exports org.gto4j.checkpoint;
    exports org.gto4j.data;
    exports org.gto4j.error;
    exports org.gto4j.gto;
    exports org.gto4j.model;
    exports org.gto4j.simulation;
    exports org.gto4j.statistics;
    exports org.gto4j.train;
    exports org.gto4j.tree;
    exports org.gto4j.common to
            org.gto4j.lab;
    exports org.gto4j.io to
            org.gto4j.lab;
}
