package org.gto4j.lab.terminal;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.gto4j.common.ConstantName;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftPart;
import org.gto4j.model.TargetModel;

/** What a new draft of a target starts from, in a line. */
public final class StartLine {
    private StartLine() {}

    /**
     * E.g. "a new draft starts from the target's attention, output norm and head; its feed-forward is random".
     *
     * @throws org.gto4j.error.GtoException FORMAT: no draft can be made for this target, and why
     */
    public static String of(TargetModel target) {
        Set<DraftPart> taken = DraftModel.partsOf(target);
        List<String> from = Arrays.stream(DraftPart.values())
                .filter(taken::contains)
                .map(StartLine::name)
                .toList();
        List<String> random = Arrays.stream(DraftPart.values())
                .filter(part -> !taken.contains(part))
                .map(StartLine::name)
                .toList();
        return "a new draft starts from the target's " + joined(from)
                + (random.isEmpty()
                        ? ""
                        : "; its " + joined(random) + (random.size() == 1 ? " is" : " are")
                                + " random: the target's last block has none of a draft's shape");
    }

    private static String name(DraftPart part) {
        return part == DraftPart.FEED_FORWARD ? ConstantName.hyphened(part) : ConstantName.spaced(part);
    }

    private static String joined(List<String> names) {
        int last = names.size() - 1;
        return last < 1
                ? String.join("", names)
                : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }
}
