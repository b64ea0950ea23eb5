package org.gto4j.cli;

import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.jspecify.annotations.Nullable;

/** The options of commands, so that one name means the same thing everywhere. */
final class Opt {
    private Opt() {
    }

    /** Options that every command has. */
    static Options common() {
        return new Options().addOption(Option.builder("h").longOpt("help").desc("show this help").get())
            .addOption(Option.builder("X").longOpt("stacktrace").desc("show the stack trace of an error").get());
    }

    /** The common options and those of a command that computes. */
    static Options computing() {
        return common().addOption(value(null, "threads", "N", "threads to compute with (default: one a processor that this process may use)"));
    }

    static Option value(@Nullable String shortName, String name, String argument, String description) {
        return Option.builder(shortName).longOpt(name).hasArg().argName(argument).desc(description).get();
    }

    static Option needed(@Nullable String shortName, String name, String argument, String description) {
        return Option.builder(shortName).longOpt(name).hasArg().argName(argument).desc(description).required().get();
    }

    static Option flag(String name, String description) {
        return Option.builder().longOpt(name).desc(description).get();
    }

    static Option model() {
        return needed("m", "model", "GGUF", "the target model");
    }
}
