package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Options;
import org.gto4j.lab.stock.StockOptions;
import org.jspecify.annotations.Nullable;

/** The options --stock and --stock-n-max: stock llama.cpp beside our own ways of decoding. */
final class StockValues {
    private static final String DEFAULT_LENGTHS = "1,2,3,4";
    private static final int MOST_LENGTH = 256;

    private StockValues() {}

    static Options addTo(Options options) {
        return options.addOption(CommandOptions.file(
                        null,
                        "stock",
                        "LLAMA_SERVER",
                        FileUse.FILE_IN,
                        "measure this llama-server of stock llama.cpp, too: plainly, and with each draft"))
                .addOption(CommandOptions.value(
                        null,
                        "stock-n-max",
                        "LIST",
                        "its --spec-draft-n-max: most draft tokens of a cycle (default " + DEFAULT_LENGTHS + ")"));
    }

    /** Null without --stock. */
    static @Nullable StockOptions of(Values values) {
        List<Integer> lengths = values.someParts("stock-n-max", DEFAULT_LENGTHS).stream()
                .distinct()
                .map(text -> Values.toInteger("stock-n-max", text, 1, MOST_LENGTH))
                .toList();
        if (!values.has("stock")) {
            if (values.has("stock-n-max")) {
                throw new UsageException("option --stock-n-max needs --stock");
            }
            return null;
        }
        Map<String, Path> drafts = new LinkedHashMap<>();
        values.paths("draft").forEach(file -> drafts.put(Drafts.label(file), file));
        return new StockOptions(values.neededPath("stock"), drafts, lengths);
    }
}
