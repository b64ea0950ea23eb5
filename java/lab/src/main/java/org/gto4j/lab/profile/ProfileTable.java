package org.gto4j.lab.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.gto4j.lab.figure.TextTable;

/** Profiles side by side: each part's milliseconds a cycle and its share. */
public final class ProfileTable {
    private ProfileTable() {}

    /** Lines of equal width; the same profiles' counts below. */
    public static String print(List<Profile> profiles) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(line(
                "ms a cycle, share",
                profiles,
                profile -> List.of(profile.variant().mode().label(), "")));
        lines.add(part("llama_decode", profiles, profile -> profile.times().decode()));
        lines.add(part("draft's products", profiles, profile -> profile.times().products()));
        lines.add(part("gto4j's own", profiles, profile -> profile.times().own()));
        Profile.OWN.forEach(
                (name, of) -> lines.add(part("  " + name, profiles, profile -> of.applyAsLong(profile.times()))));
        lines.add(part("together", profiles, profile -> profile.times().total()));
        lines.add(count("cycles", profiles, "%.0f", profile -> (double) profile.cycles()));
        lines.add(count("tokens a cycle (tau)", profiles, "%.2f", Profile::tau));
        lines.add(count("nodes of a tree, mean", profiles, "%.1f", Profile::meanTreeSize));
        lines.add(count("cycle, median ms", profiles, "%.2f", profile -> profile.cycleMillis(0.5)));
        lines.add(count("cycle, 90% below ms", profiles, "%.2f", profile -> profile.cycleMillis(0.9)));
        lines.add(count("tokens a second", profiles, "%.1f", Profile::tokensPerSecond));
        return TextTable.print(lines, 1);
    }

    private static List<String> part(String name, List<Profile> profiles, Function<Profile, Long> nanos) {
        return line(
                name,
                profiles,
                profile -> List.of(
                        String.format(Locale.ROOT, "%.3f", profile.millis(nanos.apply(profile))),
                        String.format(Locale.ROOT, "%.2f%%", 100 * profile.share(nanos.apply(profile)))));
    }

    private static List<String> count(
            String name, List<Profile> profiles, String format, Function<Profile, Double> value) {
        return line(name, profiles, profile -> List.of(String.format(Locale.ROOT, format, value.apply(profile)), ""));
    }

    private static List<String> line(String name, List<Profile> profiles, Function<Profile, List<String>> cells) {
        List<String> line = new ArrayList<>(List.of(name));
        profiles.forEach(profile -> line.addAll(cells.apply(profile)));
        return line;
    }
}
