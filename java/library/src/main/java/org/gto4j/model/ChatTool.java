package org.gto4j.model;

import java.util.Objects;
import org.gto4j.common.Arguments;

/**
 * A tool that a model may call.
 *
 * @param name of the function
 * @param description what it does
 * @param parameters JSON schema of its arguments
 */
public record ChatTool(String name, String description, String parameters) {
    /** Checks that there is a name and that the parameters are a JSON object (kind ARGUMENT). */
    public ChatTool {
        Objects.requireNonNull(name, "name");
        Arguments.check(!name.isBlank(), "name of a tool: expected a name, found none");
        Objects.requireNonNull(description, "description");
        ChatJson.object("parameters of the tool " + name, Objects.requireNonNull(parameters, "parameters"));
    }
}
