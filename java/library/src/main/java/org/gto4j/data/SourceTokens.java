package org.gto4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.gto4j.io.Excerpt;
import org.jspecify.annotations.Nullable;

/** Reads a line of tokens and what is trained of them. */
final class SourceTokens {
    private static final int UNTRAINED = -100;

    private final ObjectNode object;
    private final LineText values;
    private final LineError error;

    SourceTokens(ObjectNode object, LineText values) {
        this.object = object;
        this.values = values;
        this.error = values.error();
    }

    TokenText read(String id, String category) {
        int[] tokens = tokens();
        checkAttention(tokens.length);
        boolean[] mask = both(lossMask(tokens.length), labels(tokens));
        for (int i = 1; i < mask.length; i++) {
            if (mask[i]) {
                return new TokenText(id, category, tokens, mask);
            }
        }
        throw error.of("\"loss_mask\" (or \"labels\") to say that a token after the first is trained", "none");
    }

    private int[] tokens() {
        JsonNode list = values.array(object, "input_ids");
        int[] tokens = new int[list.size()];
        for (int i = 0; i < tokens.length; i++) {
            if (!list.get(i).isInt() || list.get(i).intValue() < 0) {
                throw error.of(
                        "each of \"input_ids\" to be a whole number of at least 0",
                        Excerpt.of(list.get(i).toString()) + " at index " + i);
            }
            tokens[i] = list.get(i).intValue();
        }
        if (tokens.length < 2) {
            throw error.of("at least 2 \"input_ids\"", Integer.toString(tokens.length));
        }
        return tokens;
    }

    private boolean @Nullable [] lossMask(int length) {
        JsonNode list = list("loss_mask", length);
        if (list == null) {
            return null;
        }
        boolean[] mask = new boolean[length];
        for (int i = 0; i < length; i++) {
            if (!list.get(i).isBoolean()
                    && !(list.get(i).isInt() && (list.get(i).intValue() & ~1) == 0)) {
                throw error.of(
                        "each of \"loss_mask\" to be 0 or 1",
                        Excerpt.of(list.get(i).toString()) + " at index " + i);
            }
            mask[i] = list.get(i).asBoolean();
        }
        return mask;
    }

    private boolean @Nullable [] labels(int[] tokens) {
        JsonNode list = list("labels", tokens.length);
        if (list == null) {
            return null;
        }
        boolean[] mask = new boolean[tokens.length];
        for (int i = 0; i < mask.length; i++) {
            JsonNode label = list.get(i);
            mask[i] = label.isInt() && label.intValue() == tokens[i];
            if (!mask[i] && !(label.isInt() && label.intValue() == UNTRAINED)) {
                throw error.of(
                        "each of \"labels\" to be the token itself, " + tokens[i] + ", or " + UNTRAINED,
                        Excerpt.of(label.toString()) + " at index " + i);
            }
        }
        return mask;
    }

    /** Padding would be trained as text. */
    private void checkAttention(int length) {
        JsonNode list = list("attention_mask", length);
        for (int i = 0; list != null && i < length; i++) {
            if (!list.get(i).isInt() || list.get(i).intValue() != 1) {
                throw error.of(
                        "each of \"attention_mask\" to be 1, as texts are not padded",
                        Excerpt.of(list.get(i).toString()) + " at index " + i);
            }
        }
    }

    private @Nullable JsonNode list(String field, int length) {
        if (object.path(field).isMissingNode() || object.path(field).isNull()) {
            return null;
        }
        JsonNode list = values.array(object, field);
        if (list.size() != length) {
            throw error.of(
                    "as many \"" + field + "\" as \"input_ids\" (" + length + ")", Integer.toString(list.size()));
        }
        return list;
    }

    private boolean[] both(boolean @Nullable [] mask, boolean @Nullable [] labels) {
        boolean[] trained = new boolean[values.array(object, "input_ids").size()];
        for (int i = 0; i < trained.length; i++) {
            boolean first = mask == null || mask[i];
            boolean second = labels == null || labels[i];
            if (mask != null && labels != null && first != second) {
                throw error.of("\"loss_mask\" and \"labels\" to say the same", "other things at index " + i);
            }
            trained[i] = first && second;
        }
        return trained;
    }
}
