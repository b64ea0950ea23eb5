package org.gto4j.common;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a record with arrays needs to be equal to another by its contents, and to be read: left to themselves, records
 * compare arrays by identity and show them as "[I@1b2c3d".
 */
public final class RecordValues {
    private static final int SHOWN_ENTRIES = 16;
    private static final ClassValue<Method[]> ACCESSORS = new ClassValue<>() {
        @Override
        protected Method[] computeValue(Class<?> type) {
            Method[] accessors = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getAccessor)
                    .toArray(Method[]::new);
            Arrays.stream(accessors).forEach(accessor -> accessor.setAccessible(true));
            return accessors;
        }
    };

    private RecordValues() {}

    /** For {@link Record#equals}: the same components, arrays entry by entry. */
    public static boolean equal(Record one, @Nullable Object other) {
        return one == other
                || other instanceof Record record
                        && one.getClass() == other.getClass()
                        && Objects.deepEquals(values(one), values(record));
    }

    /** For {@link Record#hashCode}. */
    public static int hash(Record record) {
        return Arrays.deepHashCode(values(record));
    }

    /** For {@link Record#toString}: as other records, with the first entries of arrays. */
    public static String text(Record record) {
        Object[] values = values(record);
        RecordComponent[] components = record.getClass().getRecordComponents();
        return IntStream.range(0, values.length)
                .mapToObj(i -> components[i].getName() + "=" + text(values[i]))
                .collect(Collectors.joining(", ", record.getClass().getSimpleName() + "[", "]"));
    }

    private static String text(@Nullable Object value) {
        if (value == null || !value.getClass().isArray()) {
            return String.valueOf(value);
        }
        int length = Array.getLength(value);
        Stream<String> shown =
                IntStream.range(0, Math.min(length, SHOWN_ENTRIES)).mapToObj(i -> text(Array.get(value, i)));
        return Stream.concat(shown, length > SHOWN_ENTRIES ? Stream.of("... " + length + " in all") : Stream.empty())
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static @Nullable Object[] values(Record record) {
        Method[] accessors = ACCESSORS.get(record.getClass());
        @Nullable Object[] values = new Object[accessors.length];
        for (int i = 0; i < accessors.length; i++) {
            try {
                values[i] = accessors[i].invoke(record);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("a record's own component can't be read", e);
            }
        }
        return values;
    }
}
