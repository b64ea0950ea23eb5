package org.gto4j.model;

import java.util.Objects;
import org.gto4j.common.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * A call of a tool that a model has asked for.
 *
 * @param id what the tool's answer refers to, or null
 * @param name of the tool
 * @param arguments a JSON object
 */
public record ToolCall(@Nullable String id, String name, String arguments) {
    /** Checks that the arguments are a JSON object (kind ARGUMENT). */
    public ToolCall {
        Objects.requireNonNull(name, "name");
        Arguments.check(!name.isBlank(), "name of a tool call: expected a name, found none");
        ChatJson.object("arguments of the tool call " + name, Objects.requireNonNull(arguments, "arguments"));
    }
}
