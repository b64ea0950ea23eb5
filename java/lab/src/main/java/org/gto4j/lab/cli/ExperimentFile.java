package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.gto4j.error.GtoException;
import org.gto4j.io.MalformedJsonException;
import org.gto4j.io.StrictJson;
import org.gto4j.io.TextFile;
import org.gto4j.lab.eval.Dataset;
import org.gto4j.lab.eval.EvalOptions;
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
 * @param setBy who set each field, and those of each arm
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
        List<Arm> arms,
        SetBy setBy) {
    /**
     * Who set each field: "default" or the file.
     *
     * @param fields of the experiment
     * @param arms fields of each arm, by its name
     */
    record SetBy(Map<String, String> fields, Map<String, Map<String, String>> arms) {}

    private static final List<String> BUDGETS =
            TrainingParameters.BUDGET.stream().map(Parameter::name).toList();

    private static final Parameter<Path> CORPUS =
            CommonParameters.CORPUS.help("a corpus to train on").needed();
    private static final Parameter<Path> HELD_BACK = Parameter.file(
                    ParameterGroup.TEXTS, "held-back", "DIR", FileUse.CORPUS_IN, "corpora to measure drafts on")
            .repeated();
    private static final Parameter<Path> OUT = Parameter.file(
                    ParameterGroup.OUTPUT, "out", "DIR", FileUse.EXPERIMENT_OUT, "a folder for the experiment")
            .needed();
    private static final Parameter<String> CONTROL = Parameter.of(
                    ParameterGroup.MEASURING, "control", "NAME", ValueType.text(), "the name of an arm")
            .needed();
    private static final Parameter<Integer> TEXTS = Parameter.of(
                    ParameterGroup.MEASURING, "texts", "N", WholeNumbers.atLeast(1), "most held-back texts")
            .orElse(100);
    private static final Parameter<Path> PROMPTS = CommonParameters.PROMPTS.repeated();
    private static final Parameter<Integer> LIMIT = Parameter.of(
                    ParameterGroup.MEASURING, "limit", "K", WholeNumbers.atLeast(1), "prompts of each file")
            .orElseSay("all");
    private static final Parameter<Integer> MAX_TOKENS = Parameter.of(
                    ParameterGroup.MEASURING,
                    "max-tokens",
                    "N",
                    WholeNumbers.atLeast(EvalOptions.LEAST_TOKENS),
                    "tokens a prompt")
            .orElse(128);

    /** Fields of the file, beside the budget, defaults and arms. */
    static final Parameters FIELDS = Parameters.of(
                    CommonParameters.MODEL.help("the target model's file"),
                    CORPUS,
                    HELD_BACK,
                    OUT,
                    CONTROL,
                    TEXTS,
                    PROMPTS,
                    LIMIT,
                    MAX_TOKENS)
            .and(TreeSizes.SINGLE)
            .and(RunParameters.ALL);

    private static final Parameter<String> NAME = Parameter.of(
                    ParameterGroup.MEASURING, "name", "NAME", ValueType.text(), "a name")
            .needed();
    private static final Parameter<Integer> PHASE = Parameter.of(
                    ParameterGroup.TRAINING,
                    "phase",
                    "0|1|2",
                    WholeNumbers.between(0, 2),
                    "0 (the draft as it is), 1 or 2")
            .needed();
    private static final Parameter<Path> FROM =
            Parameter.file(ParameterGroup.MODEL, "from", "GGUF", FileUse.GGUF_IN, "the draft to start from");

    /** Fields of an arm. */
    static final Parameters ARM_FIELDS =
            Parameters.of(NAME, PHASE, FROM, TreeSizes.TREE).and(TrainingParameters.ALL);

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
            throw JsonParameters.error(
                    where,
                    "minutes, cpu-minutes, steps or epochs",
                    "one of them, the budget of each arm",
                    budget.isEmpty() ? "nothing" : budget.toString());
        }
        ObjectNode top = json.deepCopy();
        top.remove(List.of("arms", "defaults"));
        top.remove(BUDGETS);
        ParameterValues values = JsonParameters.of(where, String.valueOf(file.getFileName()), top, FIELDS);
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        RunFiles files = values.addTo(new RunFiles().add("the experiment's file", file, FileUse.FILE_IN), folder);
        Map<String, Map<String, String>> setBy = new LinkedHashMap<>();
        List<Arm> arms = arms(file, json, budget, folder, folder.resolve(values.get(OUT)), files, setBy);
        String control = values.get(CONTROL);
        if (arms.stream().noneMatch(arm -> arm.name().equals(control))) {
            throw JsonParameters.error(
                    where,
                    "control",
                    "the name of an arm, one of " + arms.stream().map(Arm::name).toList(),
                    "'" + control + "'");
        }
        return JsonParameters.read(where, () -> {
            TreeSizes sizes = TreeSizes.single(values);
            RunOptions run = RunParameters.of(values, RunParameters.ALL, 1);
            files.check();
            List<Path> heldBack = values.all(HELD_BACK).stream()
                    .map(path -> there(HELD_BACK, folder.resolve(path), "corpus.json"))
                    .toList();
            if (heldBack.isEmpty() && run.validation() == 0) {
                throw ParameterValues.wrong(RunParameters.VALIDATION, "a share above 0, or a corpus 'held-back'", "0");
            }
            int limit = values.find(LIMIT).orElse(Integer.MAX_VALUE);
            List<Dataset> prompts = values.all(PROMPTS).stream()
                    .map(path -> Dataset.read(folder.resolve(path)).limited(limit))
                    .toList();
            return new ExperimentFile(
                    there(values, CommonParameters.MODEL, folder, ""),
                    there(values, CORPUS, folder, "corpus.json"),
                    run,
                    heldBack,
                    folder.resolve(values.get(OUT)),
                    control,
                    values.get(TEXTS),
                    sizes.policy(Mode.TREE, () -> null),
                    sizes.policy(Mode.CHAIN, () -> null),
                    prompts,
                    values.get(MAX_TOKENS),
                    arms,
                    new SetBy(values.setBy(FIELDS), setBy));
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
            Path file,
            ObjectNode json,
            ObjectNode budget,
            Path folder,
            Path out,
            RunFiles files,
            Map<String, Map<String, String>> setBy) {
        JsonNode listed = json.path("arms");
        JsonNode defaults = json.path("defaults");
        if (!listed.isArray() || listed.isEmpty()) {
            throw JsonParameters.error(
                    file + ": ",
                    "arms",
                    "an array of at least one object",
                    listed.isMissingNode() ? "nothing" : listed.toString());
        }
        if (!defaults.isMissingNode() && !defaults.isObject()) {
            throw JsonParameters.error(file + ": ", "defaults", "an object", defaults.toString());
        }
        List<Arm> arms = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < listed.size(); i++) {
            JsonNode name = listed.get(i).path("name");
            String where = file + ": arm " + (name.isTextual() ? "'" + name.asText() + "', " : i + 1 + ", ");
            if (!(listed.get(i) instanceof ObjectNode own)) {
                throw JsonParameters.error(
                        where, "arms", "objects", listed.get(i).toString());
            }
            ObjectNode fields = JsonNodeFactory.instance.objectNode();
            if (json.has("tree")) {
                fields.set("tree", json.get("tree"));
            }
            fields.setAll(defaults instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode());
            fields.setAll(own);
            for (String unit : BUDGETS) {
                if (fields.has(unit)) {
                    throw JsonParameters.error(
                            where,
                            unit,
                            "no budget of an arm's own, as all arms have the same, written beside \"arms\"",
                            fields.get(unit).toString());
                }
            }
            fields.setAll(budget);
            ParameterValues values = JsonParameters.of(where, String.valueOf(file.getFileName()), fields, ARM_FIELDS);
            values.addTo(files, folder);
            Arm arm = JsonParameters.read(where, () -> {
                Arm read = arm(values, folder);
                values.addTo(
                                new RunFiles()
                                        .add("the arm's folder", Experiment.folder(out, read.name()), FileUse.RUN_OUT),
                                folder)
                        .check();
                return read;
            });
            if (!names.add(arm.name())) {
                throw JsonParameters.error(where, "name", "names that differ", "'" + arm.name() + "' again");
            }
            arms.add(arm);
            setBy.put(arm.name(), values.setBy(ARM_FIELDS));
        }
        return arms;
    }

    private static Arm arm(ParameterValues values, Path folder) {
        int phase = values.get(PHASE);
        TrainingParameters training = new TrainingParameters(values, Math.max(1, phase));
        Parameters recorded = TrainingParameters.counting(ARM_FIELDS, phase);
        return new Arm(
                values.get(NAME),
                phase,
                values.has(FROM) ? there(values, FROM, folder, "") : null,
                training.options(!values.has(FROM)),
                training.objective(),
                training.vocabulary(),
                training.init(),
                values.setBy(recorded),
                values.changed(recorded, phase));
    }

    /** A file or folder that must be there, e.g. with a file {@code inside} it. */
    private static Path there(ParameterValues values, Parameter<Path> field, Path folder, String inside) {
        return there(field, folder.resolve(values.get(field)), inside);
    }

    private static Path there(Parameter<Path> field, Path found, String inside) {
        Path path = found.normalize();
        if (!Files.isRegularFile(inside.isEmpty() ? path : path.resolve(inside))) {
            throw ParameterValues.wrong(
                    field,
                    inside.isEmpty() ? "an existing file" : "an existing folder with " + inside,
                    path.toString());
        }
        return path;
    }
}
