package org.gto4j.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gto4j.common.MalformedUtf8Exception;
import org.gto4j.common.Utf8;
import org.gto4j.error.GtoException;

/**
 * What torch.save pickles of a dictionary of tensors, and nothing else. A pickle is a program for a machine with a
 * stack; here it can make texts, numbers, tuples, lists and dictionaries, and name the five functions and the storage
 * types that tensors are made of. Names of anything else are refused when they are met, and nothing is ever called: a
 * "call" of one of the five makes a record.
 */
final class PickleReader {
    /** Values of one kind in a file of the archive. */
    record Storage(ElementType type, String key, long size) {}

    /** Part of a storage. */
    record Tensor(Storage storage, long offset, List<Long> shape, List<Long> strides) {}

    private enum Function {
        ORDERED_DICT("collections.OrderedDict"),
        REBUILD_TENSOR("torch._utils._rebuild_tensor_v2"),
        REBUILD_PARAMETER("torch._utils._rebuild_parameter");

        private final String global;

        Function(String global) {
            this.global = global;
        }
    }

    private enum Marker {
        MARK,
        NONE
    }

    private static final int MOST_DIMENSIONS = 8;

    private final Path file;
    private final String member;
    private final ByteBuffer pickle;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();
    private int at;

    private PickleReader(Path file, String member, byte[] pickle) {
        this.file = file;
        this.member = member;
        this.pickle = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads a pickle.
     *
     * @param member its name in the archive, for messages
     * @return the values of the dictionary that it makes, by name
     */
    static Map<String, Object> read(Path file, String member, byte[] pickle) {
        return new PickleReader(file, member, pickle).run();
    }

    private Map<String, Object> run() {
        while (pickle.hasRemaining()) {
            at = pickle.position();
            int code = Byte.toUnsignedInt(pickle.get());
            if (code == '.') {
                return dictionary(pop());
            }
            step(code);
        }
        throw wrong("a stop", "the end of the pickle");
    }

    // The opcodes of protocols 2 to 5 that torch.save writes, by their letters in Python's pickletools.
    private void step(int code) {
        switch (code) {
            case 0x80 -> requireProtocol(Byte.toUnsignedInt(take(1).get()));
            case 0x95 -> take(Long.BYTES); // a frame's length
            case '(' -> stack.add(Marker.MARK);
            case 'N' -> stack.add(Marker.NONE);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'K' -> stack.add((long) Byte.toUnsignedInt(take(1).get()));
            case 'M' -> stack.add((long) Short.toUnsignedInt(take(Short.BYTES).getShort()));
            case 'J' -> stack.add((long) take(Integer.BYTES).getInt());
            case 0x8a -> stack.add(longInteger(Byte.toUnsignedInt(take(1).get())));
            case 'G' -> stack.add(take(Double.BYTES).order(ByteOrder.BIG_ENDIAN).getDouble());
            case 0x8c -> stack.add(text(Byte.toUnsignedInt(take(1).get())));
            case 'X' ->
                stack.add(text(Integer.toUnsignedLong(take(Integer.BYTES).getInt())));
            case '}' -> stack.add(new LinkedHashMap<String, Object>());
            case ']' -> stack.add(new ArrayList<>());
            case ')' -> stack.add(List.of());
            case 0x85 -> stack.add(tuple(1));
            case 0x86 -> stack.add(tuple(2));
            case 0x87 -> stack.add(tuple(3));
            case 't' -> stack.add(List.copyOf(toMark()));
            case 'q' -> memo.put(Byte.toUnsignedInt(take(1).get()), peek());
            case 'r' -> memo.put(take(Integer.BYTES).getInt(), peek());
            case 0x94 -> memo.put(memo.size(), peek());
            case 'h' -> stack.add(remembered(Byte.toUnsignedInt(take(1).get())));
            case 'j' -> stack.add(remembered(take(Integer.BYTES).getInt()));
            case 'c' -> stack.add(global(line(), line()));
            case 0x93 -> stackGlobal();
            case 'Q' -> stack.add(storage(pop()));
            case 'R' -> call();
            case 'b' -> setState();
            case 's' -> setItems(Arrays.asList(popTwo()));
            case 'u' -> setItems(toMark());
            case 'a' -> append(List.of(pop()));
            case 'e' -> append(toMark());
            default -> throw wrong("an instruction of a dictionary of tensors", String.format("0x%02X", code));
        }
    }

    private void requireProtocol(int protocol) {
        if (protocol < 2 || protocol > 5) {
            throw wrong("protocol 2..5", protocol + "");
        }
    }

    private long longInteger(int bytes) {
        if (bytes > Long.BYTES) {
            throw wrong("a whole number of at most 8 bytes", bytes + " bytes");
        }
        ByteBuffer digits = take(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            long digit = i == bytes - 1 ? digits.get() : Byte.toUnsignedInt(digits.get()); // the last has the sign
            value |= digit << i * Byte.SIZE;
        }
        return value;
    }

    private String text(long length) {
        return decoded(take(length));
    }

    private String line() {
        int begin = pickle.position();
        while (pickle.hasRemaining()) {
            if (pickle.get() == '\n') {
                return decoded(pickle.duplicate().position(begin).limit(pickle.position() - 1));
            }
        }
        throw wrong("a line", "the end of the pickle");
    }

    private String decoded(ByteBuffer bytes) {
        byte[] content = new byte[bytes.remaining()];
        bytes.get(content);
        try {
            return Utf8.decode(content);
        } catch (MalformedUtf8Exception e) {
            throw wrong("text in UTF-8", e.found(at));
        }
    }

    private ByteBuffer take(long bytes) {
        if (bytes > pickle.remaining()) {
            throw wrong(bytes + " more bytes", pickle.remaining() + " before the end of the pickle");
        }
        ByteBuffer part = pickle.slice().order(ByteOrder.LITTLE_ENDIAN).limit((int) bytes);
        pickle.position(pickle.position() + (int) bytes);
        return part;
    }

    private Object pop() {
        peek();
        return stack.remove(stack.size() - 1);
    }

    private Object peek() {
        if (stack.isEmpty() || stack.get(stack.size() - 1) == Marker.MARK) {
            throw wrong("a value on the stack", "none");
        }
        return stack.get(stack.size() - 1);
    }

    private Object[] popTwo() {
        Object second = pop();
        return new Object[] {pop(), second};
    }

    private List<Object> tuple(int size) {
        Object[] values = new Object[size];
        for (int i = size - 1; i >= 0; i--) {
            values[i] = pop();
        }
        return List.of(values);
    }

    /** What lies above the last mark, which goes. */
    private List<Object> toMark() {
        int mark = stack.lastIndexOf(Marker.MARK);
        if (mark < 0) {
            throw wrong("a mark on the stack", "none");
        }
        List<Object> above = new ArrayList<>(stack.subList(mark + 1, stack.size()));
        stack.subList(mark, stack.size()).clear();
        return above;
    }

    private Object remembered(int index) {
        Object value = memo.get(index);
        if (value == null) {
            throw wrong("something remembered as " + index, "nothing");
        }
        return value;
    }

    private void stackGlobal() {
        Object[] names = popTwo();
        stack.add(global(String.valueOf(names[0]), String.valueOf(names[1])));
    }

    private Object global(String module, String name) {
        String global = module + "." + name;
        for (Function function : Function.values()) {
            if (function.global.equals(global)) {
                return function;
            }
        }
        if (module.equals("torch")) {
            var storage = ElementType.ofTorchStorage(name);
            if (storage.isPresent()) {
                return storage.get();
            }
        }
        throw wrong("nothing but tensors", "the name " + Faults.shown(global) + ", which is refused");
    }

    /** ("storage", type, key, device, number of values). */
    private Storage storage(Object id) {
        if (id instanceof List<?> parts
                && parts.size() == 5
                && "storage".equals(parts.get(0))
                && parts.get(1) instanceof ElementType type
                && parts.get(2) instanceof String key
                && parts.get(4) instanceof Long size
                && size >= 0) {
            return new Storage(type, key, size);
        }
        throw wrong("a storage of a tensor", "another persistent id");
    }

    private void call() {
        Object[] called = popTwo();
        if (!(called[0] instanceof Function function) || !(called[1] instanceof List<?> arguments)) {
            throw wrong("a function and its arguments", "other values");
        }
        switch (function) {
            case ORDERED_DICT -> {
                if (!arguments.isEmpty()) {
                    throw wrong("an empty " + function.global, arguments.size() + " arguments");
                }
                stack.add(new LinkedHashMap<String, Object>());
            }
            case REBUILD_TENSOR -> stack.add(tensor(arguments));
            case REBUILD_PARAMETER -> {
                if (arguments.isEmpty() || !(arguments.get(0) instanceof Tensor tensor)) {
                    throw wrong("a tensor as argument of " + function.global, "other values");
                }
                stack.add(tensor);
            }
        }
    }

    private Tensor tensor(List<?> arguments) {
        if (arguments.size() < 4
                || !(arguments.get(0) instanceof Storage storage)
                || !(arguments.get(1) instanceof Long offset)) {
            throw wrong("storage, offset, shape and strides of a tensor", "other values");
        }
        List<Long> shape = wholes(arguments.get(2));
        List<Long> strides = wholes(arguments.get(3));
        if (shape.size() != strides.size()) {
            throw wrong("a stride for each of " + shape.size() + " sides", strides.size() + "");
        }
        return new Tensor(storage, offset, shape, strides);
    }

    private List<Long> wholes(Object tuple) {
        if (!(tuple instanceof List<?> values) || values.size() > MOST_DIMENSIONS) {
            throw wrong("at most " + MOST_DIMENSIONS + " whole numbers", "something else");
        }
        List<Long> wholes = new ArrayList<>();
        for (Object value : values) {
            if (!(value instanceof Long whole)) {
                throw wrong("whole numbers", "something else");
            }
            wholes.add(whole);
        }
        return List.copyOf(wholes);
    }

    /** A module's state dictionary carries its version as an attribute: no tensor. */
    private void setState() {
        Object[] values = popTwo();
        if (!(values[0] instanceof Map<?, ?>)) {
            throw wrong("attributes of a dictionary", "those of something else");
        }
        stack.add(values[0]);
    }

    private void setItems(List<Object> pairs) {
        if (pairs.size() % 2 != 0 || !(peek() instanceof Map<?, ?>)) {
            throw wrong("pairs for a dictionary", "other values");
        }
        Map<String, Object> dictionary = dictionary(peek());
        for (int i = 0; i < pairs.size(); i += 2) {
            if (!(pairs.get(i) instanceof String key)) {
                throw wrong("a name in a dictionary", "another value");
            }
            if (dictionary.put(key, pairs.get(i + 1)) != null) {
                throw wrong("each name once in a dictionary", Faults.shown(key) + " twice");
            }
        }
    }

    @SuppressWarnings("unchecked") // dictionaries are made here, and their names are texts
    private Map<String, Object> dictionary(Object value) {
        if (value instanceof Map<?, ?>) {
            return (Map<String, Object>) value;
        }
        throw wrong("a dictionary of tensors", "something else");
    }

    @SuppressWarnings("unchecked") // tuples can't be appended to: they are immutable, and refused here
    private void append(List<Object> values) {
        if (!(peek() instanceof ArrayList<?> list)) {
            throw wrong("a list to append to", "something else");
        }
        ((List<Object>) list).addAll(values);
    }

    private GtoException wrong(String expected, String found) {
        return Faults.of(file, member + ", byte " + at, expected, found);
    }
}
