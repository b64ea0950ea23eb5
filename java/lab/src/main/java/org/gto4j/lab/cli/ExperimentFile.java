package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.cli.Options;
import org.gto4j.error.GtoException;
import org.gto4j.io.MalformedJsonException;
import org.gto4j.io.StrictJson;
import org.gto4j.io.TextFile;
import org.gto4j.lab.eval.Dataset;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.experiment.Arm;
import org.gto4j.lab.experiment.Experiment;
import org.gto4j.train.RunOptions;
import org.gto4j.tree.TreePolicy;

/**
 * A declared experiment. Files that it names are relative to its folder; nothing is opened here, but what must be there
 * is looked for.
 *
 * @param model the target's GGUF
 * @param corpus trained on
 * @param run how all arms are watched and kept
 * @param heldBack corpora of the texts that drafts are measured on; empty: those that {@code run} holds back
 * @param out folder of the experiment
 * @param control name of the arm that the others are compared with
 * @param texts most held-back texts of each corpus
 * @param tree trees that drafts are measured with
 * @param chain chains that drafts are measured with
 * @param prompts decoded for real; may be empty
 * @param maxTokens of each of them
 * @param arms at least one; their names differ
 */
record ExperimentFile(
        Path model,
        Path corpus,
        RunOptions run,
        List<Path> heldBack,
        Path out,
        String control,
        int texts,
        TreePolicy tree,
        TreePolicy chain,
        List<Dataset> prompts,
        int maxTokens,
        List<Arm> arms) {
    private static final int DEFAULT_TEXTS = 100;
    private static final int DEFAULT_TOKENS = 128;
    private static final List<String> BUDGETS = List.of("minutes", "cpu-minutes", "steps", "epochs");

    private static Options fields() {
        return RunValues.addTo(TreeSizes.addTo(new Options()
                .addOption(CommandOptions.neededFile(null, "model", "GGUF", FileUse.GGUF_IN, "the target model's file"))
                .addOption(CommandOptions.neededFile(null, "corpus", "DIR", FileUse.CORPUS_IN, "a corpus to train on"))
                .addOption(CommandOptions.file(
                        null, "held-back", "DIR", FileUse.CORPUS_IN, "corpora to measure " + "drafts on"))
                .addOption(CommandOptions.neededFile(
                        null, "out", "DIR", FileUse.EXPERIMENT_OUT, "a folder for the experiment"))
                .addOption(CommandOptions.needed(null, "control", "NAME", "the name of an arm"))
                .addOption(CommandOptions.value(null, "texts", "N", "most held-back texts"))
                .addOption(CommandOptions.file(null, "prompts", "JSONL", FileUse.TEXTS_IN, "prompts to decode"))
                .addOption(CommandOptions.value(null, "limit", "K", "prompts of each file"))
                .addOption(CommandOptions.value(null, "max-tokens", "N", "tokens a prompt"))));
    }

    private static Options armFields() {
        return TreeSizes.addTreeTo(TrainingValues.addTo(new Options()
                .addOption(CommandOptions.needed(null, "name", "NAME", "a name"))
                .addOption(CommandOptions.needed(null, "phase", "0|1|2", "0 (the draft as it is), 1 or 2"))
                .addOption(CommandOptions.file(null, "from", "GGUF", FileUse.GGUF_IN, "the draft to start from"))));
    }

    /**
     * Reads a file.
     *
     * @throws GtoException IO: can't be read; FORMAT: names the file, the arm, the field, what was expected and what
     *     was found
     */
    static ExperimentFile read(Path file) {
        ObjectNode json = parse(file);
        String where = file + ": ";
        ObjectNode budget = JsonNodeFactory.instance.objectNode();
        BUDGETS.stream().filter(json::has).forEach(unit -> budget.set(unit, json.get(unit)));
        if (budget.size() != 1) {
            throw JsonValues.error(
                    where,
                    "minutes, cpu-minutes, steps or epochs",
                    "one of them, the budget of each arm",
                    budget.isEmpty() ? "nothing" : budget.toString());
        }
        ObjectNode top = json.deepCopy();
        top.remove(List.of("arms", "defaults"));
        top.remove(BUDGETS);
        Values values = JsonValues.of(where, top, fields());
        Path folder = file.toAbsolutePath().getParent();
        RunFiles files = values.addTo(new RunFiles().add("the experiment's file", file, FileUse.FILE_IN), folder);
        List<Arm> arms = arms(file, json, budget, folder, folder.resolve(values.neededPath("out")), files);
        String control = values.text("control", "");
        if (arms.stream().noneMatch(arm -> arm.name().equals(control))) {
            throw JsonValues.error(
                    where,
                    "control",
                    "the name of an arm, one of " + arms.stream().map(Arm::name).toList(),
                    "'" + control + "'");
        }
        return JsonValues.read(where, () -> {
            TreeSizes sizes = TreeSizes.single(values);
            RunOptions run = RunValues.of(values);
            files.check();
            List<Path> heldBack = values.paths("held-back").stream()
                    .map(path -> there("held-back", folder.resolve(path), "corpus.json"))
                    .toList();
            if (heldBack.isEmpty() && run.validation() == 0) {
                throw Values.wrong("validation", "a share above 0, or a corpus 'held-back'", "0");
            }
            int limit = values.integer("limit", Integer.MAX_VALUE, 1);
            List<Dataset> prompts = values.paths("prompts").stream()
                    .map(path -> Dataset.read(folder.resolve(path)).limited(limit))
                    .toList();
            return new ExperimentFile(
                    there(values, "model", folder, ""),
                    there(values, "corpus", folder, "corpus.json"),
                    run,
                    heldBack,
                    folder.resolve(values.neededPath("out")),
                    control,
                    values.integer("texts", DEFAULT_TEXTS, 1),
                    sizes.policy(Mode.TREE, () -> null),
                    sizes.policy(Mode.CHAIN, () -> null),
                    prompts,
                    values.integer("max-tokens", DEFAULT_TOKENS, 2),
                    arms);
        });
    }

    private static ObjectNode parse(Path file) {
        String text = TextFile.read(file);
        try {
            JsonNode json = StrictJson.parse(text);
            if (json instanceof ObjectNode object) {
                return object;
            }
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    file + ": expected a JSON object, found "
                            + json.getNodeType().name().toLowerCase(Locale.ROOT));
        } catch (MalformedJsonException e) {
            throw new GtoException(
                    GtoException.Kind.FORMAT, file + ": expected JSON, found " + e.found() + " in line " + e.line(), e);
        }
    }

    private static List<Arm> arms(
            Path file, ObjectNode json, ObjectNode budget, Path folder, Path out, RunFiles files) {
        JsonNode listed = json.path("arms");
        JsonNode defaults = json.path("defaults");
        if (!listed.isArray() || listed.isEmpty()) {
            throw JsonValues.error(
                    file + ": ",
                    "arms",
                    "an array of at least one object",
                    listed.isMissingNode() ? "nothing" : listed.toString());
        }
        if (!defaults.isMissingNode() && !defaults.isObject()) {
            throw JsonValues.error(file + ": ", "defaults", "an object", defaults.toString());
        }
        List<Arm> arms = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < listed.size(); i++) {
            JsonNode name = listed.get(i).path("name");
            String where = file + ": arm " + (name.isTextual() ? "'" + name.asText() + "', " : i + 1 + ", ");
            if (!(listed.get(i) instanceof ObjectNode own)) {
                throw JsonValues.error(where, "arms", "objects", listed.get(i).toString());
            }
            ObjectNode fields = JsonNodeFactory.instance.objectNode();
            if (json.has("tree")) {
                fields.set("tree", json.get("tree"));
            }
            fields.setAll(defaults instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode());
            fields.setAll(own);
            for (String unit : BUDGETS) {
                if (fields.has(unit)) {
                    throw JsonValues.error(
                            where,
                            unit,
                            "no budget of an arm's own, as all arms have the same, written beside \"arms\"",
                            fields.get(unit).toString());
                }
            }
            fields.setAll(budget);
            Values values = JsonValues.of(where, fields, armFields());
            values.addTo(files, folder);
            Arm arm = JsonValues.read(where, () -> {
                Arm read = arm(values, folder);
                values.addTo(
                                new RunFiles()
                                        .add("the arm's folder", Experiment.folder(out, read.name()), FileUse.RUN_OUT),
                                folder)
                        .check();
                return read;
            });
            if (!names.add(arm.name())) {
                throw JsonValues.error(where, "name", "names that differ", "'" + arm.name() + "' again");
            }
            arms.add(arm);
        }
        return arms;
    }

    private static Arm arm(Values values, Path folder) {
        int phase = values.integer("phase", 0, 0);
        if (phase > 2) {
            throw Values.wrong("phase", "0, 1 or 2", Integer.toString(phase));
        }
        TrainingValues training = new TrainingValues(values, Math.max(1, phase));
        return new Arm(
                values.text("name", ""),
                phase,
                values.has("from") ? there(values, "from", folder, "") : null,
                training.options(),
                training.groups(),
                training.vocabulary(),
                training.init());
    }

    /** A file or folder that must be there, e.g. with a file {@code inside} it. */
    private static Path there(Values values, String field, Path folder, String inside) {
        return there(field, folder.resolve(values.neededPath(field)), inside);
    }

    private static Path there(String field, Path found, String inside) {
        Path path = found.normalize();
        if (!Files.isRegularFile(inside.isEmpty() ? path : path.resolve(inside))) {
            throw Values.wrong(
                    field,
                    inside.isEmpty() ? "an existing file" : "an existing folder with " + inside,
                    path.toString());
        }
        return path;
    }
}
