package org.gto4j.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The system message that a chat template puts before conversations without one. libllama's built-in form of the
 * template leaves it out, so that such a conversation isn't what the model's makers trained it with.
 */
final class DefaultSystemMessage {
    /** A literal that opens a system turn, fills it and closes it: ChatML templates, as of SmolLM2 and Qwen2.5. */
    private static final Pattern CHATML =
            Pattern.compile("<\\|im_start\\|>system(?:\\\\n|\\n)([^'\"{}<]+)<\\|im_end\\|>");
    /** A variable that says what it is: as of Mistral Small and Granite. */
    private static final Pattern VARIABLE =
            Pattern.compile("set\\s+\\w*default_system\\w*\\s*=\\s*(?:'([^']+)'|\"([^\"]+)\")");

    private DefaultSystemMessage() {}

    /** The message, if the template shows one. */
    static Optional<String> of(String template) {
        Matcher literal = CHATML.matcher(template);
        if (literal.find()) {
            return Optional.of(literal.group(1).strip());
        }
        Matcher variable = VARIABLE.matcher(template);
        return variable.find()
                ? Optional.of((variable.group(1) == null ? variable.group(2) : variable.group(1)).strip())
                : Optional.empty();
    }
}
