package org.gto4j.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.gto4j.error.GtoException;

/**
 * What the message of a refusal must name: a file or argument, and a field. A subject says it before it calls the
 * library.
 */
final class Expectation {
    private static final Pattern COMPUTED = Pattern.compile("logits|weights|loss|gradient");

    private final List<String> files = new ArrayList<>();
    private final List<String> fields = new ArrayList<>();
    private boolean given;

    /** One of these is named. */
    Expectation file(String... names) {
        files.clear();
        files.addAll(List.of(names));
        given = true;
        return this;
    }

    /** One of these is named, too; none: nothing more is asked. */
    Expectation fields(List<String> names) {
        fields.clear();
        fields.addAll(names);
        return this;
    }

    /** What is wrong with how an input was refused; "" if nothing. */
    String fault(Throwable refusal) {
        if (!(refusal instanceof GtoException
                || refusal instanceof IllegalArgumentException
                || refusal instanceof IllegalStateException)) {
            return "thrown: " + refusal;
        }
        String message = String.valueOf(refusal.getMessage());
        if (refusal instanceof GtoException gto && gto.kind() == GtoException.Kind.INTERNAL) {
            return "internal error: " + message;
        }
        if (message.isBlank() || message.equals("null")) {
            return "no message: " + refusal;
        }
        if (refusal instanceof GtoException gto && gto.kind() == GtoException.Kind.NUMERIC) {
            // what is computed from a file comes from all of it
            return COMPUTED.matcher(message).find() ? "" : "names nothing that was computed: " + message;
        }
        if (given && files.stream().noneMatch(message::contains)) {
            return "names no file: " + message;
        }
        String after = message;
        for (String file : files) {
            after = after.replace(file, "");
        }
        String rest = after;
        if (!fields.isEmpty() && fields.stream().noneMatch(rest::contains)) {
            return "names no field of " + fields.subList(0, Math.min(6, fields.size())) + ": " + message;
        }
        return "";
    }
}
