package org.gto4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.gto4j.io.Excerpt;

/**
 * Fields that would change what a line says and that nothing here can honour. Where one holds something it is an error:
 * left out silently, another text would be trained than the file means. Fields that hold nothing (null, false, a blank
 * text, an empty array or object) and other fields are passed over. Names are compared without case, hyphens and
 * underscores.
 */
@SuppressWarnings("ImmutableEnumChecker") // its sets are
enum UnhonouredFields {
    /** Beside any form of a line. */
    OF_LINE(
            false,
            "tools functions toolchoice toolcalls functioncall images image videos video audios audio files attachments documents context passage "
                    + "developer instructions instruction input inputs question query history conversation dialog dialogue chat prefix suffix prefill "
                    + "chattemplate chattemplatekwargs enablethinking positionids labels content contents parts message "
                    // written otherwise than they are read
                    + "prompt prompts turns messages conversations text texts inputids system",
            ""),
    /** Answers, where others are told by the line's form; a prompt's own aren't read. */
    OF_ANSWERED(
            false,
            "completion response responses output outputs answer answers chosen rejected reasoning reasoningcontent thinking thoughts",
            ""),
    /** Of a message. */
    OF_MESSAGE(
            true,
            "name toolcalls toolcallid functioncall refusal reasoningcontent reasoning thinking thought thoughts prefix partial prefill "
                    + "role from content value text message body parts images image videos video audios audio documents files attachments recipient channel "
                    + "tools functions",
            "metadata meta header info extra markdown cachecontrol moderation openaimoderation detoxifymoderation rating ratings score scores evaluation "
                    + "evaluations emotion tags"),
    /** Of a call of a tool. */
    OF_CALL(true, "name arguments parameters input output result response content error", ""),
    /** Of a part of a content. */
    OF_PART(true, "citations refusal", "cachecontrol metadata");

    /** Words of names that say what to train. */
    private static final Set<String> TRAINING = Set.of(
            "train",
            "training",
            "trained",
            "trainable",
            "untrained",
            "loss",
            "losses",
            "mask",
            "masks",
            "masked",
            "weight",
            "weights",
            "ignore",
            "ignored",
            "skip",
            "skipped",
            "exclude",
            "excluded",
            "learn",
            "learnable",
            "supervise",
            "supervised",
            "kto",
            "desirable",
            "undesirable",
            "backprop",
            "backward",
            "grad",
            "gradient",
            "gradients");
    /** A flag or a number that was written as a text. */
    private static final Pattern FLAG = Pattern.compile("(?i)true|false|yes|no|on|off|[-+]?[0-9.]+");

    private static final Pattern SEPARATORS = Pattern.compile("[-_ ]");
    private static final Pattern CAMEL = Pattern.compile("([a-z])([A-Z])");
    private static final Pattern NO_LETTERS = Pattern.compile("[^a-z]+");

    private final boolean strict;
    private final Set<String> refused;
    private final Set<String> harmless;

    UnhonouredFields(boolean strict, String refused, String harmless) {
        this.strict = strict;
        this.refused = Set.of(refused.split(" "));
        this.harmless = Set.of(harmless.split(" "));
    }

    /**
     * Refuses fields.
     *
     * @param where what the object is, behind the field's name, or empty
     * @param honoured fields that the caller reads
     */
    void refuse(ObjectNode object, String where, List<String> honoured, LineError error) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!honoured.contains(field.getKey())) {
                check(field.getKey(), field.getValue(), where, error);
            }
        }
    }

    private void check(String name, JsonNode value, String where, LineError error) {
        if (value.isNull()) {
            return;
        }
        String plain = SEPARATORS.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("");
        List<String> words = words(name);
        boolean trains = words.stream().anyMatch(TRAINING::contains)
                && (value.isTextual()
                        ? TRAINING.contains(plain)
                                || FLAG.matcher(value.textValue().strip()).matches()
                        : !value.isContainerNode() || !value.isEmpty());
        // as of KTO: whether the answer is a good one
        trains |= plain.equals("label") && value.isBoolean();
        // "system_prompt", "systemInstruction", ...: the one name that is read is "system"
        boolean system = !words.isEmpty() && words.get(0).equals("system") && !value.isBoolean() && !value.isNumber();
        boolean unknown = strict && value.isContainerNode() && !harmless.contains(plain);
        if (trains || holdsSomething(value) && (refused.contains(plain) || unknown || system)) {
            throw error.of(
                    "no \"" + Excerpt.visible(name) + "\"" + where
                            + ", which nothing here can honour (leave it out where the text may do without)",
                    Excerpt.of(value.toString()));
        }
    }

    private static List<String> words(String name) {
        return NO_LETTERS
                .splitAsStream(CAMEL.matcher(name).replaceAll("$1_$2").toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Whether a field says anything: not if it is missing, null, false, blank or empty. */
    static boolean holdsSomething(JsonNode value) {
        if (value.isTextual()) {
            return !value.textValue().isBlank()
                    && !Set.of("[]", "{}", "null").contains(value.textValue().strip());
        }
        return value.isContainerNode() ? !value.isEmpty() : value.isNumber() || value.asBoolean();
    }
}
