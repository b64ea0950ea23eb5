package org.gto4j.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.gto4j.io.JsonFile;
import org.gto4j.io.Sha256;
import org.gto4j.model.ChatTemplate;
import org.gto4j.model.TargetOptions;

/**
 * How the conversations of a corpus are written: by which chat template, and with which variables.
 *
 * @param template SHA-256 of the template's text, in hex; empty for the model's own
 * @param variables by name
 */
record TemplateIdentity(String template, Map<String, JsonNode> variables) {
    private static final String TEMPLATE = "chat_template_sha256";
    private static final String VARIABLES = "template_variables";
    private static final int SHOWN_DIGITS = 12;
    private static final ObjectMapper JSON = new ObjectMapper();

    TemplateIdentity {
        variables = Map.copyOf(variables);
    }

    static TemplateIdentity of(TargetOptions options) {
        ChatTemplate given = options.chatTemplate();
        Map<String, JsonNode> variables = new TreeMap<>();
        options.templateVariables().forEach((name, json) -> variables.put(name, parsed(json)));
        return new TemplateIdentity(given == null ? "" : digest(given.text()), variables);
    }

    private static String digest(String text) {
        return HexFormat.of().formatHex(Sha256.start().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a variable that was checked isn't JSON", e);
        }
    }

    /** What isn't written is the model's own. */
    static TemplateIdentity read(JsonFile file) {
        Map<String, JsonNode> variables = new TreeMap<>();
        if (file.json().has(VARIABLES)) {
            file.object(VARIABLES).json().properties().forEach(one -> variables.put(one.getKey(), one.getValue()));
        }
        return new TemplateIdentity(file.json().has(TEMPLATE) ? file.text(TEMPLATE) : "", variables);
    }

    void write(ObjectNode json) {
        if (!template.isEmpty()) {
            json.put(TEMPLATE, template);
        }
        if (!variables.isEmpty()) {
            ObjectNode object = json.putObject(VARIABLES);
            new TreeMap<>(variables).forEach(object::set);
        }
    }

    /** In words, for messages. */
    @Override
    public String toString() {
        String digest = template.substring(0, Math.min(SHOWN_DIGITS, template.length()));
        return (template.isEmpty() ? "the model's own chat template" : "the chat template of sha256 " + digest + "...")
                + (variables.isEmpty() ? "" : " with the variables " + new TreeMap<>(variables));
    }
}
