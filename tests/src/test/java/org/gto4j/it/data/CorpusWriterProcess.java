package org.gto4j.it.data;

import java.nio.file.Path;
import org.gto4j.data.Corpus;
import org.gto4j.error.GtoException;
import org.gto4j.model.Device;
import org.gto4j.model.TargetModel;

/** A program that writes {@link NumberedTexts} into a corpus until it is killed, or says why it can't. */
final class CorpusWriterProcess {
    static final int REFUSED = 3;

    private CorpusWriterProcess() {}

    /** @param args target, corpus folder */
    public static void main(String[] args) {
        try (Device device = Device.cpu(1);
                TargetModel target = TargetModel.open(device, Path.of(args[0]));
                Corpus corpus = Corpus.open(Path.of(args[1]), target)) {
            say("open");
            for (int number = corpus.sequences().size(); ; number++) {
                NumberedTexts.append(corpus, number, target.info().vocabulary());
                say(Integer.toString(number));
            }
        } catch (GtoException e) {
            say(e.getMessage());
            System.exit(REFUSED);
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
