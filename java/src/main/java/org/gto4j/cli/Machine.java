package org.gto4j.cli;

import java.util.Locale;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.Gto4j;
import org.gto4j.TargetModel;

/** What figures were measured with: file of the target, device, threads, versions. */
final class Machine {
    private Machine() {
    }

    static String of(TargetModel target) {
        return String.format(Locale.ROOT, "%s (%s), %s with %d threads, gto4j %s, llama.cpp %s", target.path().getFileName(), target.description(),
            target.device().description(), target.device().threads(), Gto4j.version(), Gto4j.llamaVersion());
    }

    static ObjectNode json(TargetModel target) {
        return JsonNodeFactory.instance.objectNode().put("file", target.path().getFileName().toString()).put("target", target.description()).put("device", target.device().description())
            .put("threads", target.device().threads()).put("gto4j", Gto4j.version()).put("llama_cpp", Gto4j.llamaVersion());
    }
}
