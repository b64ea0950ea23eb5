package org.gto4j.lab.cli;

import java.nio.file.Path;
import org.gto4j.model.CacheType;
import org.gto4j.model.ChatTemplate;
import org.gto4j.model.Device;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetOptions;

/** The target of a command, opened on the command's device. */
final class TargetFile implements AutoCloseable {
    private final Device device;
    private final TargetModel target;

    private TargetFile(Device device, TargetModel target) {
        this.device = device;
        this.target = target;
    }

    /** Opens the file of --model. */
    static TargetFile open(ParameterValues values) {
        return open(values.get(CommonParameters.MODEL), values);
    }

    static TargetFile open(Path file, ParameterValues values) {
        return open(file, device(values), options(values));
    }

    private static TargetFile open(Path file, Device device, TargetOptions options) {
        try {
            return new TargetFile(device, TargetModel.open(device, file, options));
        } catch (RuntimeException | Error e) {
            device.close();
            throw e;
        }
    }

    /** Opens the file of --model on the device of another name, where --gpu-layers isn't meant for a CPU. */
    static TargetFile openOn(String name, ParameterValues values) {
        Device device = device(name, values);
        TargetOptions given = options(values);
        TargetOptions options = device.isCpu()
                ? new TargetOptions(
                        TargetOptions.ALL_LAYERS,
                        given.cacheType(),
                        given.flashAttention(),
                        given.chatTemplate(),
                        given.templateVariables())
                : given;
        return open(values.get(CommonParameters.MODEL), device, options);
    }

    /** Those of --gpu-layers, --cache-type, --flash-attention, --chat-template and --variable. */
    static TargetOptions options(ParameterValues values) {
        TargetOptions.Builder options = TargetOptions.builder()
                .gpuLayers(values.find(CommonParameters.GPU_LAYERS).orElse(TargetOptions.ALL_LAYERS))
                .cacheType(values.get(CommonParameters.CACHE_TYPE))
                .flashAttention(values.get(CommonParameters.FLASH_ATTENTION))
                .chatTemplate(values.find(CommonParameters.CHAT_TEMPLATE)
                        .map(ChatTemplate::read)
                        .orElse(null));
        for (String variable : values.all(CommonParameters.VARIABLE)) {
            int equals = variable.indexOf('=');
            if (equals < 1) {
                throw ParameterValues.wrong(CommonParameters.VARIABLE, "NAME=JSON", variable);
            }
            options.templateVariable(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return options.build();
    }

    /** Whether --cache-type is F32. */
    static boolean f32Cache(ParameterValues values) {
        return values.get(CommonParameters.CACHE_TYPE) == CacheType.F32;
    }

    /** That of --device, with --threads. */
    static Device device(ParameterValues values) {
        return device(values.get(CommonParameters.DEVICE), values);
    }

    private static Device device(String name, ParameterValues values) {
        return Device.open(name, values.get(CommonParameters.THREADS));
    }

    TargetModel target() {
        return target;
    }

    @Override
    public void close() {
        target.close();
        device.close();
    }
}
