package org.gto4j.lab.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** The parameters of a command or a JSON file; no two have one name. Immutable. */
final class Parameters implements Iterable<Parameter<?>> {
    private final Map<String, Parameter<?>> byName = new LinkedHashMap<>();
    /** Names of which one may be given. */
    private final List<List<String>> alternatives;

    private Parameters(Stream<Parameter<?>> parameters, List<List<String>> alternatives) {
        parameters.forEach(parameter -> {
            if (byName.put(parameter.name(), parameter) != null) {
                throw new IllegalArgumentException("two parameters are called " + parameter.name());
            }
        });
        this.alternatives = List.copyOf(alternatives);
    }

    static Parameters of(Parameter<?>... parameters) {
        return new Parameters(Arrays.stream(parameters), List.of());
    }

    /** Of which at most one is given. */
    static Parameters oneOf(Parameter<?>... parameters) {
        return new Parameters(
                Arrays.stream(parameters),
                List.of(Arrays.stream(parameters).map(Parameter::name).toList()));
    }

    Parameters and(Parameter<?>... more) {
        return and(of(more));
    }

    Parameters and(Parameters more) {
        List<List<String>> all = new ArrayList<>(alternatives);
        all.addAll(more.alternatives);
        return new Parameters(Stream.concat(stream(), more.stream()), all);
    }

    /** The same parameters, none of which is needed. */
    Parameters optional() {
        return new Parameters(stream().map(Parameter::optional), alternatives);
    }

    /** The same parameters but for some. */
    Parameters without(Parameters others) {
        return new Parameters(
                stream().filter(parameter -> others.find(parameter.name()).isEmpty()),
                alternatives.stream()
                        .filter(names -> names.stream()
                                .allMatch(name -> others.find(name).isEmpty()))
                        .toList());
    }

    /** Those of a group, in their order. */
    List<Parameter<?>> in(ParameterGroup group) {
        return stream().filter(parameter -> parameter.group() == group).toList();
    }

    Stream<Parameter<?>> stream() {
        return byName.values().stream();
    }

    @Override
    public Iterator<Parameter<?>> iterator() {
        return byName.values().iterator();
    }

    Optional<Parameter<?>> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Names of which one may be given, for each such choice. */
    List<List<String>> alternatives() {
        return alternatives;
    }

    /** What Commons CLI parses. */
    Options toOptions() {
        Options options = new Options();
        for (Parameter<?> parameter : this) {
            Option.Builder option = Option.builder(parameter.shortName())
                    .longOpt(parameter.name())
                    .hasArg(!parameter.isFlag());
            options.addOption(option.get());
        }
        return options;
    }
}
