package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.gto4j.model.Device;
import org.gto4j.model.Gto4j;
import org.gto4j.model.TargetModel;

/** What figures were measured with: file of the target, device, threads, versions. */
final class MachineDescription {
    private MachineDescription() {}

    static String of(TargetModel target) {
        String fallback = target.loading().fallback() == null ? "" : ", target by ggml's CPU backend";
        return String.format(
                Locale.ROOT,
                "%s (%s)%s, %s",
                target.path().getFileName(),
                target.description(),
                fallback,
                of(target.device()));
    }

    static String of(Device device) {
        return String.format(
                Locale.ROOT, "%s, gto4j %s, llama.cpp %s", device.kind(), Gto4j.version(), Gto4j.llamaVersion());
    }

    static ObjectNode json(TargetModel target) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("file", target.path().getFileName().toString())
                .put("target", target.description());
        json.setAll(json(target.device()));
        if (target.loading().fallback() != null) {
            json.put("fallback", target.loading().fallback());
        }
        return json;
    }

    static ObjectNode json(Device device) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("device", device.description())
                .put("device_name", device.name())
                .put("threads", device.threads())
                .put("gto4j", Gto4j.version())
                .put("llama_cpp", Gto4j.llamaVersion());
    }
}
