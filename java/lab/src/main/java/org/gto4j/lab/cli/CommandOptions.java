package org.gto4j.lab.cli;

import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.jspecify.annotations.Nullable;

/** The options of commands, so that one name means the same thing everywhere. */
final class CommandOptions {
    private CommandOptions() {}

    /** Options that every command has. */
    static Options common() {
        return new Options()
                .addOption(Option.builder("h")
                        .longOpt("help")
                        .desc("show this help")
                        .get())
                .addOption(Option.builder("X")
                        .longOpt("stacktrace")
                        .desc("show the stack trace of an error")
                        .get());
    }

    /** The common options and those of a command that computes. */
    static Options computing() {
        return common().addOption(value(
                        null,
                        "threads",
                        "N",
                        "threads to compute with (default: one a processor that this process may use)"))
                .addOption(value(
                        null,
                        "device",
                        "NAME",
                        "what to compute on: CPU-GTO4J (kernels of this program), CPU (ggml's), ... (default: the CPU with the kernels that "
                                + "are best for its processor; 'info' lists all); e.g. --device CPU"));
    }

    static Option value(@Nullable String shortName, String name, String argument, String description) {
        return Option.builder(shortName)
                .longOpt(name)
                .hasArg()
                .argName(argument)
                .desc(description)
                .get();
    }

    /** Names a file or folder, and says what is done with it. */
    static FileOption file(@Nullable String shortName, String name, String argument, FileUse use, String description) {
        return new FileOption(shortName, name, argument, use, description);
    }

    /** A file or folder that must be named. */
    static Option neededFile(
            @Nullable String shortName, String name, String argument, FileUse use, String description) {
        Option option = file(shortName, name, argument, use, description);
        option.setRequired(true);
        return option;
    }

    /** The option --json: a file for the results, too. */
    static Option json(String description) {
        return file(null, "json", "FILE", FileUse.FILE_OUT, description);
    }

    static Option needed(@Nullable String shortName, String name, String argument, String description) {
        return Option.builder(shortName)
                .longOpt(name)
                .hasArg()
                .argName(argument)
                .desc(description)
                .required()
                .get();
    }

    /** The same options, none of which is needed. */
    static Options optional(Options options) {
        Options optional = new Options();
        options.getOptions().forEach(option -> {
            option.setRequired(false);
            optional.addOption(option);
        });
        return optional;
    }

    static Option flag(String name, String description) {
        return Option.builder().longOpt(name).desc(description).get();
    }

    static Option model() {
        return neededFile("m", "model", "GGUF", FileUse.GGUF_IN, "the target model");
    }
}
