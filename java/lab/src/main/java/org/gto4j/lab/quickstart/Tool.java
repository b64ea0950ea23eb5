package org.gto4j.lab.quickstart;

import java.nio.file.Path;
import java.util.List;

/**
 * A program that the project builds or fetches with.
 *
 * @param name for people
 * @param commands ways to ask for its version; the first one that works counts
 * @param hint how to install it
 */
record Tool(String name, List<List<String>> commands, String hint) {
    private static final long PATIENCE_SECONDS = 20;

    /** pip under its names. */
    static final Tool PIP = new Tool(
            "pip",
            List.of(
                    List.of("pip3", "--version"),
                    List.of("pip", "--version"),
                    List.of("python3", "-m", "pip", "--version")),
            "apt install python3-pip (needed to download the default model; or give --model)");

    /** All that a fresh machine needs. */
    static final List<Tool> ALL = List.of(
            new Tool("JDK 17+", List.of(List.of("javac", "-version")), "apt install openjdk-17-jdk-headless"),
            new Tool("Maven", List.of(List.of("mvn", "--version")), "apt install maven"),
            new Tool("CMake", List.of(List.of("cmake", "--version")), "apt install cmake"),
            new Tool(
                    "C++ compiler",
                    List.of(List.of("c++", "--version"), List.of("g++", "--version"), List.of("clang++", "--version")),
                    "apt install g++"),
            new Tool(
                    "npm",
                    List.of(List.of("npm", "--version")),
                    "apt install npm (one of the ways to get the sources of llama.cpp)"),
            PIP);

    /** The command that answers, without its last word; empty if none does. */
    List<String> find() {
        for (List<String> command : commands) {
            if (Shell.run(command, Path.of("."), PATIENCE_SECONDS).ok()) {
                return command.subList(0, command.size() - 1);
            }
        }
        return List.of();
    }

    /** A line that says whether it is there. */
    String check() {
        for (List<String> command : commands) {
            Shell.Result result = Shell.run(command, Path.of("."), PATIENCE_SECONDS);
            if (result.ok()) {
                // Maven colours its first line.
                return "  \u2713 " + name + ": " + result.firstLine().replaceAll("\u001B\\[[0-9;]*m", "");
            }
        }
        return "  \u2717 " + name + " is missing: " + hint;
    }
}
