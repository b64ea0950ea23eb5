/** Trains EAGLE-3 drafts for GGUF models, aligns them by Group Tree Optimization, and decodes losslessly with draft trees. */
module org.gto4j {
    requires com.fasterxml.jackson.databind;
    requires java.desktop;
    requires java.net.http;
    requires me.tongfei.progressbar;
    requires org.apache.commons.cli;
    requires org.apache.commons.statistics.inference;
    requires org.gto4j.presets;
    requires static org.jspecify;
    requires org.knowm.xchart;
    requires org.slf4j;

    exports org.gto4j;
    exports org.gto4j.data;
    exports org.gto4j.eval;
    exports org.gto4j.experiment;
    exports org.gto4j.train;
    exports org.gto4j.tree;
}
