package org.gto4j.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.gto4j.error.GtoException;

/**
 * The head of a GGUF file, versions 2 and 3 (specification: docs/gguf.md of ggml): keys with their values, and the
 * tensors' shapes. Long arrays are skipped, and every length is checked against what is left of the file before it is
 * believed.
 *
 * @param values keys in file order; numbers are Long or Double, arrays of at most 16 entries are a text "[1, 2]",
 *     longer ones "N entries"
 * @param tensors shape of each tensor, the fastest axis first
 */
record GgufHeader(Map<String, Object> values, Map<String, long[]> tensors) {
    private static final int MAGIC = 0x46554747;
    private static final int SHOWN_ENTRIES = 16;
    private static final int MOST_DIMENSIONS = 4;
    private static final int NEWEST_VERSION = 3;
    /** Far above what models have: a broken count must not fill the memory. */
    private static final int MOST_KEYS = 1 << 16;

    private static final int MOST_TENSORS = 1 << 20;
    private static final int MOST_TEXT = 1 << 26;

    /** Reads a file; IO: missing, unreadable or truncated, FORMAT: not a GGUF. */
    static GgufHeader read(Path file) {
        try (InputStream input = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return new Reader(file, input, Files.size(file)).header();
        } catch (NoSuchFileException e) {
            throw new GtoException(GtoException.Kind.IO, file + ": no such file; expected a GGUF", e);
        } catch (EOFException e) {
            throw new GtoException(GtoException.Kind.IO, file + ": the file is truncated within its header", e);
        } catch (IOException e) {
            throw IoFailure.of("can't read " + file, e);
        }
    }

    /** A text value. */
    Optional<String> text(String key) {
        return values.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** Value types by their number in the file. */
    private enum Type {
        U8(1),
        I8(1),
        U16(2),
        I16(2),
        U32(4),
        I32(4),
        F32(4),
        BOOL(1),
        STRING(0),
        ARRAY(0),
        U64(8),
        I64(8),
        F64(8);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    private static final class Reader {
        private final Path file;
        private final InputStream input;
        private long left;

        Reader(Path file, InputStream input, long size) {
            this.file = file;
            this.input = input;
            this.left = size;
        }

        GgufHeader header() throws IOException {
            if (left < Integer.BYTES || take(Integer.BYTES).getInt() != MAGIC) {
                throw format("a GGUF file, which begins with GGUF", "other first bytes");
            }
            int version = take(Integer.BYTES).getInt();
            requireVersion(version);
            long tensorCount = count("number of tensors", MOST_TENSORS);
            long keyCount = count("number of keys", MOST_KEYS);
            Map<String, Object> values = new LinkedHashMap<>();
            for (long i = 0; i < keyCount; i++) {
                values.put(string(), value(type()));
            }
            Map<String, long[]> tensors = new LinkedHashMap<>();
            for (long i = 0; i < tensorCount; i++) {
                tensors.put(string(), tensorShape());
            }
            return new GgufHeader(values, tensors);
        }

        private void requireVersion(int version) {
            int other = Integer.reverseBytes(version);
            if (other >= 1 && other <= NEWEST_VERSION) {
                throw format(
                        "GGUF version 2 or 3",
                        "a big-endian file of version " + other
                                + "; convert it with gguf_convert_endian.py of gguf-py");
            }
            if (version < 2 || version > NEWEST_VERSION) {
                throw format(
                        "GGUF version 2 or 3",
                        "version " + Integer.toUnsignedString(version)
                                + (version == 1
                                        ? ", which llama.cpp no longer reads: convert the " + "model again"
                                        : ""));
            }
        }

        private long[] tensorShape() throws IOException {
            int dimensions = take(Integer.BYTES).getInt();
            if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
                throw format(
                        "at most " + MOST_DIMENSIONS + " dimensions of a tensor", Integer.toUnsignedString(dimensions));
            }
            long[] shape = new long[dimensions];
            for (int i = 0; i < dimensions; i++) {
                shape[i] = take(Long.BYTES).getLong();
            }
            take(Integer.BYTES + Long.BYTES);
            return shape;
        }

        private Object value(Type type) throws IOException {
            return switch (type) {
                case U8 -> (long) Byte.toUnsignedInt(take(1).get());
                case I8 -> (long) take(1).get();
                case U16 -> (long) Short.toUnsignedInt(take(2).getShort());
                case I16 -> (long) take(2).getShort();
                case U32 -> Integer.toUnsignedLong(take(4).getInt());
                case I32 -> (long) take(4).getInt();
                case U64, I64 -> take(8).getLong();
                case F32 -> (double) take(4).getFloat();
                case F64 -> take(8).getDouble();
                case BOOL -> take(1).get() != 0;
                case STRING -> string();
                case ARRAY -> array();
            };
        }

        private String array() throws IOException {
            Type type = type();
            long entries = count("length of an array", Long.MAX_VALUE);
            if (type == Type.ARRAY) {
                throw format("an array of numbers or texts", "an array of arrays");
            }
            if (type.bytes > 0 && entries > SHOWN_ENTRIES) {
                skip(Math.multiplyExact(entries, type.bytes));
                return entries + " entries";
            }
            StringBuilder shown = new StringBuilder("[");
            for (long i = 0; i < entries; i++) {
                Object entry = value(type);
                if (entries <= SHOWN_ENTRIES) {
                    shown.append(i == 0 ? "" : ", ").append(entry);
                }
            }
            return entries <= SHOWN_ENTRIES ? shown.append(']').toString() : entries + " entries";
        }

        private Type type() throws IOException {
            int number = take(Integer.BYTES).getInt();
            if (number < 0 || number >= Type.values().length) {
                throw format("a value type below " + Type.values().length, Integer.toUnsignedString(number));
            }
            return Type.values()[number];
        }

        private String string() throws IOException {
            byte[] bytes = new byte[(int) count("length of a text", MOST_TEXT)];
            takeInto(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }

        /** A 64-bit count of things that take at least a byte each. */
        private long count(String what, long most) throws IOException {
            long count = take(Long.BYTES).getLong();
            if (count < 0 || count > left) {
                throw new GtoException(
                        GtoException.Kind.IO,
                        file + ": " + what + " is " + Long.toUnsignedString(count) + ", but only " + left
                                + " bytes follow: the file is truncated or broken");
            }
            if (count > most) {
                throw format("a " + what + " of at most " + most, Long.toString(count));
            }
            return count;
        }

        private ByteBuffer take(int bytes) throws IOException {
            byte[] content = new byte[bytes];
            takeInto(content);
            return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        }

        private void takeInto(byte[] content) throws IOException {
            if (input.readNBytes(content, 0, content.length) < content.length) {
                throw new EOFException();
            }
            left -= content.length;
        }

        private void skip(long bytes) throws IOException {
            if (bytes > left) {
                throw new EOFException();
            }
            input.skipNBytes(bytes);
            left -= bytes;
        }

        private GtoException format(String expected, String found) {
            return new GtoException(GtoException.Kind.FORMAT, file + ": expected " + expected + ", found " + found);
        }
    }
}
