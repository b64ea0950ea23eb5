package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BundledPromptsTest {
    private final List<Prompt> prompts = PromptSet.bundled();

    @Test
    void promptsAreManyAndAllDifferent() {
        assertTrue(prompts.size() >= 420, "found " + prompts.size());
        assertEquals(
                prompts.size(),
                new HashSet<>(prompts.stream().map(Prompt::turns).toList()).size());
    }

    @Test
    void allKindsOfQuestionsAreThere() {
        Map<String, Long> counts =
                prompts.stream().collect(Collectors.groupingBy(Prompt::category, Collectors.counting()));
        assertTrue(counts.get("word-problem") >= 110, counts.toString());
        assertTrue(counts.get("code") >= 110, counts.toString());
        for (String category :
                List.of("writing", "roleplay", "reasoning", "maths", "extraction", "stem", "humanities", "general")) {
            assertTrue(counts.getOrDefault(category, 0L) >= 20, category + ": " + counts);
        }
    }

    /** A run that answers only some prompts takes the first ones. */
    @Test
    void eachHundredIsAMixture() {
        for (int from = 0; from + 100 <= prompts.size(); from += 100) {
            assertTrue(
                    prompts.subList(from, from + 100).stream()
                                    .map(Prompt::category)
                                    .distinct()
                                    .count()
                            >= 8,
                    "from " + from);
        }
    }
}
