package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.commons.cli.ParseException;
import org.gto4j.common.Utf8;
import org.gto4j.common.Visible;
import org.gto4j.error.GtoException;

/**
 * JSON objects whose fields are parameters of commands: the same names, the same values and defaults. A number or text
 * is a parameter's value, an array the values of one that may be repeated, true sets a flag.
 */
final class JsonParameters {
    /** Characters of what was found that a message shows. */
    private static final int LONGEST = 200;

    private JsonParameters() {}

    /**
     * The parameters that an object's fields set.
     *
     * @param where begins messages, e.g. "file.json: arm 'a', "
     * @param file that sets them
     * @throws GtoException FORMAT: names the field, what was expected and what was found
     */
    static ParameterValues of(String where, String file, ObjectNode object, Parameters parameters) {
        List<String> arguments = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            Parameter<?> parameter = parameters
                    .find(field.getKey())
                    .orElseThrow(() ->
                            error(where, field.getKey(), "one of the fields " + names(parameters), "an unknown field"));
            add(where, parameter, field.getValue(), arguments);
        }
        for (Parameter<?> parameter : parameters) {
            if (parameter.presence().isNeeded() && !object.has(parameter.name())) {
                throw error(where, parameter.name(), parameter.help(), "nothing");
            }
        }
        try {
            return ParameterValues.ofFile(
                    CommandParser.parser().parse(parameters.toOptions(), arguments.toArray(String[]::new)),
                    parameters,
                    file);
        } catch (ParseException e) {
            throw new GtoException(GtoException.Kind.FORMAT, where + e.getMessage(), e);
        }
    }

    private static void add(String where, Parameter<?> parameter, JsonNode value, List<String> arguments) {
        String name = parameter.name();
        if (parameter.isFlag()) {
            if (!value.isBoolean()) {
                throw error(where, name, "true or false", value.toString());
            }
            if (value.booleanValue()) {
                arguments.add("--" + name);
            }
            return;
        }
        if (value.isArray() && value.isEmpty()) {
            throw error(where, name, "a number, a text or an array of them that is not empty", value.toString());
        }
        for (JsonNode one : value.isArray() ? value : List.of(value)) {
            if (!one.isNumber() && !one.isTextual()) {
                throw error(where, name, "a number or a text", one.toString());
            }
            if (Utf8.loneSurrogate(one.asText()) >= 0 || one.asText().indexOf('\0') >= 0) {
                throw error(where, name, "a text of whole characters without U+0000", one.toString());
            }
            arguments.add("--" + name + "=" + one.asText());
        }
    }

    private static String names(Parameters parameters) {
        return parameters.stream().map(Parameter::name).sorted().collect(Collectors.joining(", "));
    }

    /** Reads values; what is wrong with them is told as a field's fault. */
    static <T> T read(String where, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (UsageException | GtoException e) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    where + String.valueOf(e.getMessage()).replaceFirst("^option --", "field "),
                    e);
        }
    }

    static GtoException error(String where, String field, String expected, String found) {
        return new GtoException(
                GtoException.Kind.FORMAT,
                where + "field " + field + ": expected " + expected + ", found " + Visible.of(cut(found)));
    }

    private static String cut(String found) {
        return found.length() <= LONGEST ? found : found.substring(0, LONGEST) + "...";
    }
}
