/** Measures drafts and decoding, runs experiments, writes reports; the command line. */
module org.gto4j.lab {
    requires com.fasterxml.jackson.databind;
    requires java.net.http;
    requires me.tongfei.progressbar;
    requires org.apache.commons.cli;
    requires org.apache.commons.statistics.inference;
    requires transitive org.gto4j;
    requires org.jline.reader;
    requires org.jline.terminal;
    requires static org.jspecify;
    requires org.slf4j;

    exports org.gto4j.lab.diagnosis;
    exports org.gto4j.lab.eval;
    exports org.gto4j.lab.experiment;
    exports org.gto4j.lab.figure;
    exports org.gto4j.lab.gto;
    exports org.gto4j.lab.parity;
    exports org.gto4j.lab.profile;
    exports org.gto4j.lab.report;
    exports org.gto4j.lab.simulation;
    exports org.gto4j.lab.stock;
}
