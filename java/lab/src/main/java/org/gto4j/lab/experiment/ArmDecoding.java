package org.gto4j.lab.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gto4j.io.JsonLines;
import org.gto4j.lab.eval.Dataset;
import org.gto4j.lab.eval.EvalOptions;
import org.gto4j.lab.eval.Evaluator;
import org.gto4j.lab.eval.Measurement;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.eval.Variant;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.TreePolicy;

/**
 * Decodes prompts for real at temperature 0 with every arm's draft. What is measured is kept, line by line, and not
 * measured again with the same target, draft, prompt and options.
 */
public final class ArmDecoding {
    private ArmDecoding() {}

    /**
     * Decodes prompts with trees and with chains.
     *
     * @param arms trained
     * @param file JSONL that keeps measurements, made if missing
     * @param progress says before each prompt whether to go on; an exception ends it, too
     * @return the arms with a gain a prompt instead of theirs, those of prompts that were decoded in all ways
     */
    public static List<ArmResult> run(
            TargetModel target,
            List<ArmResult> arms,
            TreePolicy tree,
            TreePolicy chain,
            List<Dataset> datasets,
            EvalOptions options,
            Path file,
            Evaluator.Progress progress) {
        Map<String, DraftModel> drafts = new LinkedHashMap<>();
        List<Measurement> known = new ArrayList<>();
        DecodedContent content = new DecodedContent(target, arms, datasets, options);
        try (JsonLines lines = JsonLines.openRepairing(file, (object, line) -> {
            content.of(object).ifPresent(known::add);
            return true;
        })) {
            List<Variant> variants = new ArrayList<>();
            for (ArmResult result : arms) {
                DraftModel draft = DraftModel.load(target, result.training().draft());
                drafts.put(result.arm().name(), draft);
                variants.add(new Variant(result.arm().name(), Mode.TREE, draft, tree));
                variants.add(new Variant(result.arm().name(), Mode.CHAIN, draft, chain));
            }
            try (Evaluator evaluator = new Evaluator(target, variants, datasets, options)) {
                List<Measurement> measured =
                        evaluator.run(0, known, measurement -> lines.append(content.toJson(measurement)), progress);
                return arms.stream()
                        .map(result -> new ArmResult(
                                result.arm(),
                                result.folder(),
                                result.training(),
                                gains(measured, result.arm().name(), arms.size())))
                        .toList();
            }
        } finally {
            drafts.values().forEach(DraftModel::close);
        }
    }

    private static List<TextGain> gains(List<Measurement> measured, String arm, int arms) {
        Map<List<String>, List<Measurement>> byPrompt = new LinkedHashMap<>();
        measured.forEach(m -> byPrompt.computeIfAbsent(List.of(m.dataset(), m.prompt()), key -> new ArrayList<>())
                .add(m));
        List<TextGain> gains = new ArrayList<>();
        byPrompt.forEach((prompt, methods) -> {
            if (methods.size() == 2 * arms) {
                Measurement byTree = method(methods, arm, Mode.TREE);
                Measurement byChain = method(methods, arm, Mode.CHAIN);
                gains.add(new TextGain(
                        prompt.get(0),
                        prompt.get(1),
                        byTree.gained(),
                        byTree.cycles(),
                        byChain.gained(),
                        byChain.cycles()));
            }
        });
        return gains;
    }

    private static Measurement method(List<Measurement> methods, String arm, Mode mode) {
        return methods.stream()
                .filter(m -> m.method().draft().equals(arm) && m.method().mode() == mode)
                .findFirst()
                .orElseThrow();
    }
}
