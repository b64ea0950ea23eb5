package org.gto4j.it.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.gto4j.BatchRequest;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every number that a user can give to the public API, replaced by 0, -1, the least and the greatest (and NaN and
 * infinities), and every reference by null, in calls on live tiny objects: each call returns, or refuses with an
 * exception that says why. Builders refuse when they build at the latest.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ArgumentSweepTest {
    private static final List<Number> EXTREMES = List.of(
            0,
            -1,
            Integer.MIN_VALUE,
            Integer.MAX_VALUE,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY);

    @TempDir
    private static Path folder;

    private static SweptObjects objects;
    private static Values values;

    private final List<String> faults = new ArrayList<>();
    private final Set<String> unreached = new TreeSet<>();
    private int calls;

    @BeforeAll
    static void open() {
        objects = SweptObjects.open(folder);
        values = objects.values();
    }

    @AfterAll
    static void close() {
        objects.close();
    }

    @Test
    void numbers() {
        try (Watchdog watchdog = new Watchdog()) {
            for (Executable call : PublicCalls.all()) {
                Class<?>[] types = call.getParameterTypes();
                for (int i = 0; i < types.length; i++) {
                    for (Object value : extremes(types[i])) {
                        attempt(watchdog, call, i, value);
                    }
                }
            }
        }
        report(1500);
    }

    @Test
    void nulls() {
        try (Watchdog watchdog = new Watchdog()) {
            for (Executable call : PublicCalls.all()) {
                Class<?>[] types = call.getParameterTypes();
                for (int i = 0; i < types.length; i++) {
                    if (!types[i].isPrimitive()) {
                        attempt(watchdog, call, i, null);
                    }
                }
            }
        }
        report(500);
    }

    private void report(int least) {
        System.out.println(calls + " calls; not reached: " + unreached);
        assertEquals("", String.join("\n", faults), faults.size() + " faults");
        assertTrue(calls >= least, calls + " calls");
    }

    /** Of a number, or of an array of numbers: one with such a number, and one with none. */
    private static List<Object> extremes(Class<?> type) {
        if (type.isArray()) {
            List<Object> arrays = new ArrayList<>();
            for (Object inner : extremes(type.getComponentType())) {
                Object array = Array.newInstance(type.getComponentType(), 1);
                Array.set(array, 0, inner);
                arrays.add(array);
            }
            if (!arrays.isEmpty()) {
                arrays.add(Array.newInstance(type.getComponentType(), 0));
            }
            return arrays;
        }
        if (type == float.class || type == double.class) {
            return EXTREMES.stream()
                    .map(Number::doubleValue)
                    .distinct()
                    .map(value -> Values.number(type, value))
                    .toList();
        }
        if (type == int.class || type == long.class) {
            return EXTREMES.stream()
                    .filter(value -> !(value instanceof Double))
                    .map(value -> Values.number(type, value))
                    .distinct()
                    .toList();
        }
        return List.of();
    }

    private void attempt(Watchdog watchdog, Executable call, int index, Object value) {
        String name = PublicCalls.name(call);
        boolean onInstance = call instanceof Method && !Modifier.isStatic(call.getModifiers());
        if (onInstance && call.getDeclaringClass().isInterface()) {
            return;
        }
        Object on = onInstance ? values.of(call.getDeclaringClass()) : null;
        Object[] arguments =
                Arrays.stream(call.getGenericParameterTypes()).map(values::of).toArray();
        boolean complete = !onInstance || on != null;
        for (int i = 0; i < arguments.length; i++) {
            complete &= i == index || arguments[i] != null;
        }
        if (!complete || Modifier.isAbstract(call.getDeclaringClass().getModifiers()) && call instanceof Constructor) {
            unreached.add(name);
            return;
        }
        arguments[index] = value;
        calls++;
        Throwable thrown = watchdog.outcome(() -> {
            finish(
                    call instanceof Constructor<?> constructor
                            ? constructor.newInstance(arguments)
                            : ((Method) call).invoke(on, arguments));
            return null;
        });
        Throwable cause = thrown instanceof InvocationTargetException wrapped ? wrapped.getCause() : thrown;
        if (!isFine(cause, value == null)) {
            faults.add(name + ", argument " + index + " = " + text(value) + ": " + cause + at(cause));
        }
    }

    /** Builders build, requests run, handles close. */
    private static void finish(Object result) throws ReflectiveOperationException {
        if (result != null && result.getClass().getSimpleName().equals("Builder")) {
            finish(result.getClass().getMethod("build").invoke(result));
        } else if (result instanceof BatchRequest request) {
            request.await();
        } else if (result instanceof AutoCloseable handle) {
            try {
                handle.close();
            } catch (Exception e) {
                fail(e);
            }
        }
    }

    private static boolean isFine(Throwable thrown, boolean isNull) {
        if (thrown == null) {
            return true;
        }
        if (thrown.getMessage() == null || thrown.getMessage().isBlank()) {
            return false;
        }
        if (thrown instanceof GtoException e) {
            return e.kind() != GtoException.Kind.INTERNAL;
        }
        boolean index =
                thrown instanceof IndexOutOfBoundsException && thrown.getClass() == IndexOutOfBoundsException.class;
        return index
                || thrown instanceof IllegalArgumentException
                || thrown instanceof IllegalStateException
                || thrown instanceof UnsupportedOperationException
                || isNull && thrown instanceof NullPointerException;
    }

    private static String text(Object value) {
        return value == null || !value.getClass().isArray()
                ? String.valueOf(value)
                : Arrays.deepToString(new Object[] {value});
    }

    private static String at(Throwable thrown) {
        return thrown == null
                ? ""
                : " at "
                        + Arrays.stream(thrown.getStackTrace())
                                .filter(frame -> frame.getClassName().startsWith("org.gto4j"))
                                .limit(2)
                                .toList();
    }
}
