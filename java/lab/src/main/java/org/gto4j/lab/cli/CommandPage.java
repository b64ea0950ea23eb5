package org.gto4j.lab.cli;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** docs/CLI.md: all commands and their options, as they are declared. */
final class CommandPage {
    private CommandPage() {}

    static String of(Collection<Command> commands) {
        StringBuilder page = new StringBuilder();
        page.append("# Commands and options\n\n");
        page.append(
                "`gto4j help --markdown` writes this page from the declarations of the options; don't edit it. What "
                        + "commands read and write,\nand what their exit codes mean, is in [FILES.md](FILES.md); words are in "
                        + "[GLOSSARY.md](GLOSSARY.md).\n\n");
        for (CommandGroup group : CommandGroup.values()) {
            page.append("**").append(group.title()).append(":**\n\n");
            in(group, commands).forEach(command -> page.append("- [")
                    .append(command.name())
                    .append("](#gto4j-")
                    .append(command.name())
                    .append("): ")
                    .append(cell(command.summary()))
                    .append('\n'));
            page.append('\n');
        }
        page.append("Every command has:\n\n");
        table(CommonParameters.EVERYWHERE.stream().toList(), page);
        for (CommandGroup group : CommandGroup.values()) {
            in(group, commands).forEach(command -> append(command, page));
        }
        page.append("## Fields of an experiment\n\n");
        page.append(
                "The file of `gto4j experiment` is a JSON object. A field is an option without its dashes; a flag is "
                        + "`true`.\n\n");
        fields(ExperimentFile.FIELDS, page);
        page.append(
                "One budget (`minutes`, `cpu-minutes`, `steps` or `epochs`) is that of each arm. `arms` is an array of "
                        + "objects with these fields;\n`defaults` is an object with fields that all arms share.\n\n");
        fields(ExperimentFile.ARM_FIELDS.without(TrainingParameters.BUDGET), page);
        return page.toString().stripTrailing() + "\n";
    }

    private static List<Command> in(CommandGroup group, Collection<Command> commands) {
        return commands.stream().filter(command -> command.group() == group).toList();
    }

    private static void append(Command command, StringBuilder page) {
        page.append("## gto4j ").append(command.name()).append("\n\n");
        page.append("```\n").append(HelpText.usage(command)).append("\n```\n\n");
        page.append(text(HelpText.about(command))).append("\n\n");
        page.append("Examples:\n\n```sh\n");
        command.examples().forEach(example -> page.append((Main.PROGRAM + " " + command.name() + " " + example).strip())
                .append('\n'));
        page.append("```\n\n");
        if (!command.exampleFile().isEmpty()) {
            page.append("Such a file:\n\n```json\n")
                    .append(command.exampleFile())
                    .append("```\n\n");
        }
        for (ParameterGroup group : ParameterGroup.values()) {
            List<Parameter<?>> parameters = command.parameters().in(group);
            if (!parameters.isEmpty() && group != ParameterGroup.HELP) {
                page.append(group.title()).append(":\n\n");
                table(parameters, page);
            }
        }
    }

    private static void fields(Parameters fields, StringBuilder page) {
        page.append("| field | what it does | values |\n|---|---|---|\n");
        fields.forEach(field -> row(field.name(), field, page));
        page.append('\n');
    }

    private static void table(List<Parameter<?>> parameters, StringBuilder page) {
        page.append("| option | what it does | values |\n|---|---|---|\n");
        parameters.forEach(parameter -> row(HelpText.name(parameter), parameter, page));
        page.append('\n');
    }

    private static void row(String name, Parameter<?> parameter, StringBuilder page) {
        page.append("| `")
                .append(name.replace("|", "\\|"))
                .append("` | ")
                .append(cell(parameter.help()))
                .append(" | ")
                .append(cell(parameter.note()))
                .append(" |\n");
    }

    /** Text of a table's cell. */
    private static String cell(String text) {
        return text(text).replace("|", "\\|").replaceAll("\\s+", " ");
    }

    private static String text(String text) {
        return text.replace("<", "&lt;").lines().map(String::strip).collect(Collectors.joining(" "));
    }
}
