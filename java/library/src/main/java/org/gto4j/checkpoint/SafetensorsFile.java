package org.gto4j.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gto4j.common.MalformedUtf8Exception;
import org.gto4j.common.Utf8;
import org.gto4j.error.GtoException;
import org.gto4j.io.IoFailure;

/**
 * The header of a safetensors file: the length of a JSON object (8 bytes), the object, then the values. The object's
 * fields are the tensors (dtype, shape, data_offsets from the end of the object on) and "__metadata__".
 */
final class SafetensorsFile {
    private static final String METADATA = "__metadata__";
    /** The limit of the format's own library. */
    private static final long LONGEST_HEADER = 100_000_000;

    private final Path file;
    private final List<Range> ranges = new ArrayList<>();
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    private long firstValue;

    private SafetensorsFile(Path file) {
        this.file = file;
    }

    private record Range(String name, long begin, long end) {}

    /** Tensors by name, in the order of the header. */
    static Map<String, StoredTensor> read(Path file) {
        SafetensorsFile reader = new SafetensorsFile(file);
        try (InputStream input = new BufferedInputStream(Files.newInputStream(file))) {
            reader.readHeader(input, Files.size(file));
        } catch (NoSuchFileException e) {
            throw new GtoException(GtoException.Kind.IO, file + ": no such file", e);
        } catch (IOException e) {
            throw IoFailure.of("can't read " + file, e);
        }
        return reader.tensors;
    }

    private void readHeader(InputStream input, long size) throws IOException {
        byte[] prefix = input.readNBytes(Long.BYTES);
        if (prefix.length < Long.BYTES) {
            throw Faults.of(file, "header", "a safetensors file", "one of " + size + " bytes");
        }
        long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
        long most = Math.min(LONGEST_HEADER, size - Long.BYTES);
        if (length < 2 || length > most) {
            throw Faults.of(file, "length of the header", "2.." + most + " bytes", Long.toUnsignedString(length));
        }
        firstValue = Long.BYTES + length;
        ObjectNode header = CheckpointJson.parse(file + ": header", text(input.readNBytes((int) length)));
        header.properties().forEach(entry -> {
            if (!entry.getKey().equals(METADATA)) {
                add(entry.getKey(), entry.getValue(), size - firstValue);
            }
        });
        requireDisjoint(size - firstValue);
    }

    private String text(byte[] bytes) {
        try {
            return Utf8.decode(bytes);
        } catch (MalformedUtf8Exception e) {
            throw Faults.of(file, "header", "text in UTF-8", e.found(Long.BYTES));
        }
    }

    private void add(String name, JsonNode entry, long valueBytes) {
        String field = "header, tensor " + Faults.shown(name);
        if (!entry.isObject()) {
            throw Faults.of(file, field, "an object", Faults.shown(entry.toString()));
        }
        String typeName = entry.path("dtype").asText();
        ElementType type = ElementType.ofSafetensors(typeName)
                .orElseThrow(() -> Faults.of(
                        file, field + ", dtype", "one of " + List.of(ElementType.values()), Faults.shown(typeName)));
        List<Long> shape = wholes(field + ", shape", entry.path("shape"));
        List<Long> offsets = wholes(field + ", data_offsets", entry.path("data_offsets"));
        long size = StoredTensor.sizeOf(shape);
        if (size < 0) {
            throw Faults.of(file, field + ", shape", "a shape that memory can hold", shape.toString());
        }
        if (offsets.size() != 2
                || offsets.get(0) < 0
                || offsets.get(1) < offsets.get(0)
                || offsets.get(1) > valueBytes) {
            throw Faults.of(
                    file, field + ", data_offsets", "two within the " + valueBytes + " bytes of values", offsets + "");
        }
        long begin = offsets.get(0);
        long bytes = offsets.get(1) - begin;
        if (bytes != size * type.bytes()) {
            throw Faults.of(
                    file,
                    field + ", data_offsets",
                    size * type.bytes() + " bytes, as shape " + shape + " of " + type + " takes",
                    bytes + "");
        }
        ranges.add(new Range(name, begin, offsets.get(1)));
        tensors.put(name, new StoredTensor(file, name, type, shape, size, () -> open(begin)));
    }

    private List<Long> wholes(String field, JsonNode array) {
        List<Long> values = new ArrayList<>();
        for (JsonNode value : array) {
            if (!value.isIntegralNumber() || !value.canConvertToLong()) {
                throw Faults.of(file, field, "whole numbers", Faults.shown(value.toString()));
            }
            values.add(value.longValue());
        }
        if (!array.isArray()) {
            throw Faults.of(file, field, "a list of whole numbers", Faults.shown(array.toString()));
        }
        return List.copyOf(values);
    }

    /** Every byte of values belongs to one tensor. */
    private void requireDisjoint(long valueBytes) {
        ranges.sort(Comparator.comparingLong(Range::begin).thenComparingLong(Range::end));
        long end = 0;
        for (Range range : ranges) {
            if (range.begin() != end) {
                throw Faults.of(
                        file,
                        "header, tensor " + Faults.shown(range.name()) + ", data_offsets",
                        end + ", where the tensor before it ends",
                        range.begin() + (range.begin() < end ? ", which overlaps it" : ""));
            }
            end = range.end();
        }
        if (end != valueBytes) {
            throw Faults.of(file, "values", end + " bytes, as the header says", valueBytes + "");
        }
    }

    private InputStream open(long begin) throws IOException {
        FileChannel channel = FileChannel.open(file);
        channel.position(firstValue + begin);
        return new BufferedInputStream(Channels.newInputStream(channel));
    }
}
