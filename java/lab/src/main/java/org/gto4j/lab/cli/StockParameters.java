package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gto4j.lab.stock.StockOptions;
import org.jspecify.annotations.Nullable;

/** The parameters --stock and --stock-n-max: stock llama.cpp beside our own ways of decoding. */
final class StockParameters {
    private static final int MOST_LENGTH = 256;

    static final Parameter<Path> STOCK = Parameter.file(
            ParameterGroup.MEASURING,
            "stock",
            "LLAMA_SERVER",
            FileUse.FILE_IN,
            "measure this llama-server of stock llama.cpp, too: plainly, and with each draft");
    static final Parameter<List<Integer>> LENGTHS = Parameter.of(
                    ParameterGroup.MEASURING,
                    "stock-n-max",
                    "LIST",
                    ValueType.list(WholeNumbers.between(1, MOST_LENGTH)),
                    "its --spec-draft-n-max: most draft tokens of a cycle")
            .orElse(List.of(1, 2, 3, 4));

    static final Parameters ALL = Parameters.of(STOCK, LENGTHS);

    private StockParameters() {}

    /** Null without --stock. */
    static @Nullable StockOptions of(ParameterValues values) {
        List<Integer> lengths = values.get(LENGTHS);
        if (!values.has(STOCK)) {
            if (values.has(LENGTHS)) {
                throw new UsageException("option --stock-n-max needs --stock");
            }
            return null;
        }
        Map<String, Path> drafts = new LinkedHashMap<>();
        values.all(CommonParameters.DRAFTS).forEach(file -> drafts.put(LoadedDrafts.label(file), file));
        return new StockOptions(values.get(STOCK), drafts, lengths);
    }
}
