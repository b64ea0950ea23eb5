package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.io.Folders;
import org.gto4j.io.JsonFile;
import org.gto4j.lab.diagnosis.DiagnosedText;
import org.gto4j.lab.diagnosis.Diagnosis;
import org.gto4j.lab.diagnosis.DiagnosisTable;
import org.gto4j.lab.diagnosis.Misalignment;
import org.gto4j.lab.eval.Summary;
import org.gto4j.lab.eval.TextGroups;
import org.gto4j.lab.report.DiagnosisReport;
import org.gto4j.lab.report.HtmlReport;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.tree.DynamicTree;

/** {@code gto4j diagnose}. */
final class DiagnoseCommand implements Command {
    private static final Parameter<Path> DRAFTS = CommonParameters.DRAFTS.needed();
    private static final Parameter<Path> CORPORA = CommonParameters.CORPUS
            .help(
                    "a corpus that 'regenerate' made; its greedy texts are taken, the sampled ones only if there are no greedy "
                            + "ones. With one corpus datasets are what its ids begin with, as in math-12; with several each is a "
                            + "dataset")
            .needed()
            .repeated();
    private static final Parameter<Integer> LIMIT = Parameter.of(
                    ParameterGroup.TEXTS,
                    "limit",
                    "K",
                    WholeNumbers.atLeast(1),
                    "texts of each corpus, chosen by a hash of their ids")
            .orElse(40);
    private static final Parameter<Path> HTML = CommonParameters.HTML.help("write pictures and some drawn trees there");

    @Override
    public String name() {
        return "diagnose";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.RESEARCH;
    }

    @Override
    public String summary() {
        return "how tree decoding departs from the greedy path";
    }

    @Override
    public String details() {
        return "Says how far tree decoding departs from the greedy path that a token loss trains: paths pruned, paths accepted, lengths, "
                + "drawn trees.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(
                        CommonParameters.MODEL, DRAFTS, CommonParameters.DRAFT_WEIGHTS, CORPORA, LIMIT, TreeSizes.TREE)
                .and(CommonParameters.JSON, HTML)
                .and(CommonParameters.COMPUTING);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf -d draft-eagle3.gguf -d draft-gto.gguf --corpus quickstart/corpus --html diagnosis.html",
                "-m model.gguf -d draft.gguf --corpus mtbench --corpus humaneval --corpus gsm8k --limit 100 --json diagnosis.json",
                "-m model.gguf -d draft.gguf --corpus corpus --tree 16/5/4");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        DynamicTree tree = values.get(TreeSizes.TREE);
        int limit = values.get(LIMIT);
        List<Path> folders = distinct(values.all(CORPORA));
        Map<String, List<DiagnosedText>> texts = new LinkedHashMap<>();
        Map<List<String>, Misalignment> rows = new LinkedHashMap<>();
        try (TargetFile open = TargetFile.open(values);
                LoadedDrafts drafts = LoadedDrafts.load(
                        open.target(), values.all(DRAFTS), values.find(CommonParameters.DRAFT_WEIGHTS))) {
            drafts.byLabel().forEach((label, draft) -> {
                Map<String, List<DiagnosedText>> datasets = new LinkedHashMap<>();
                folders.forEach(folder ->
                        datasets.putAll(diagnose(label, draft, folder, folders.size() > 1, limit, tree, console)));
                List<DiagnosedText> all =
                        datasets.values().stream().flatMap(List::stream).toList();
                if (datasets.size() > 1) {
                    datasets.put(Summary.ALL, all);
                }
                datasets.forEach((dataset, found) -> rows.put(
                        List.of(label, dataset),
                        Misalignment.of(
                                found.stream().map(DiagnosedText::counts).toList(), Bootstrap.standard())));
                texts.put(label, all);
            });
            console.out().print(DiagnosisTable.print(rows));
            values.find(HTML).ifPresent(file -> report(file, open.target(), rows, texts, folders, tree));
        }
        values.find(CommonParameters.JSON).ifPresent(file -> write(file, rows, tree));
    }

    private static List<Path> distinct(List<Path> folders) {
        Set<String> names = new HashSet<>();
        for (Path folder : folders) {
            if (!names.add(Folders.name(folder))) {
                throw new UsageException(
                        "two corpora are called '" + Folders.name(folder) + "'; rename one of the folders");
            }
        }
        return folders;
    }

    /** By dataset. */
    private static Map<String, List<DiagnosedText>> diagnose(
            String label, DraftModel draft, Path folder, boolean whole, int limit, DynamicTree tree, Console console) {
        Map<String, List<DiagnosedText>> datasets = new LinkedHashMap<>();
        try (Corpus corpus = Corpus.openReadOnly(folder, draft.target());
                Progress progress = console.progress("diagnose " + label)) {
            List<CorpusSequence> sequences = TextSample.sample(folder, corpus.sequences(), limit);
            Map<String, List<CorpusSequence>> groups =
                    whole ? Map.of(Folders.name(folder), sequences) : TextGroups.of(Folders.name(folder), sequences);
            int before = 0;
            for (Map.Entry<String, List<CorpusSequence>> group : groups.entrySet()) {
                int earlier = before;
                datasets.put(group.getKey(), Diagnosis.run(draft, corpus, group.getValue(), tree, done -> {
                    console.checkStop();
                    progress.update(
                            (double) (earlier + done) / sequences.size(),
                            earlier + done + " of " + sequences.size() + " texts");
                }));
                before += group.getValue().size();
            }
        }
        return datasets;
    }

    private static void report(
            Path file,
            TargetModel target,
            Map<List<String>, Misalignment> rows,
            Map<String, List<DiagnosedText>> texts,
            List<Path> folders,
            DynamicTree tree) {
        HtmlReport report = DiagnosisReport.of(target.path().getFileName().toString(), rows);
        texts.forEach((label, found) -> DiagnosisTreePictures.add(report, target, label, found));
        report.fact("target", target.path().getFileName() + " (" + target.description() + ")")
                .fact("drafts", String.join(", ", texts.keySet()))
                .fact(
                        "corpora",
                        String.join(", ", folders.stream().map(Folders::name).toList()))
                .fact("trees", tree.name());
        report.write(file);
    }

    private static void write(Path file, Map<List<String>, Misalignment> rows, DynamicTree tree) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("tree", tree.name());
        ArrayNode array = json.putArray("rows");
        rows.forEach((label, row) -> array.add(JsonNodeFactory.instance
                .objectNode()
                .put("draft", label.get(0))
                .put("texts_of", label.get(1))
                .setAll(row.toJson())));
        JsonFile.write(file, json);
    }
}
