package org.gto4j.it.sweep;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;

/**
 * Something that a parameter of a type takes: live tiny handles where they are given, else made by the type's own
 * constructor, builder or factory.
 */
final class Values {
    private final Map<Class<?>, Supplier<?>> given = new HashMap<>();
    private final Set<Class<?>> making = new HashSet<>();
    private final Path folder;

    /** @param folder for files */
    Values(Path folder) {
        this.folder = folder;
    }

    <T> void give(Class<T> type, Supplier<? extends T> value) {
        given.put(type, value);
    }

    /** Null if there is no way to one. */
    Object of(Type type) {
        if (type instanceof ParameterizedType generic
                && generic.getRawType() instanceof Class<?> raw
                && Collection.class.isAssignableFrom(raw)) {
            Object element = of(generic.getActualTypeArguments()[0]);
            return Set.class.isAssignableFrom(raw) ? Set.of() : element == null ? List.of() : List.of(element);
        }
        if (type instanceof WildcardType wildcard) {
            return of(wildcard.getUpperBounds()[0]);
        }
        return type instanceof Class<?> plain
                ? ofClass(plain)
                : type instanceof ParameterizedType generic ? ofClass((Class<?>) generic.getRawType()) : null;
    }

    private Object ofClass(Class<?> type) {
        if (given.containsKey(type)) {
            return given.get(type).get();
        }
        if (type.isPrimitive()) {
            return primitive(type);
        }
        if (type.isArray()) {
            return array(type);
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (type == String.class || type == CharSequence.class || type == Object.class) {
            return "a";
        }
        if (type == Path.class) {
            return folder.resolve("none");
        }
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (type == Map.class) {
            return Map.of();
        }
        if (type.isSealed()) {
            return ofClass(type.getPermittedSubclasses()[0]);
        }
        if (type.isInterface()) {
            return proxy(type);
        }
        return made(type);
    }

    private static Object primitive(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        return number(type, 1);
    }

    /** A number as a value of a primitive type. */
    static Object number(Class<?> type, Number value) {
        if (type == int.class) {
            return value.intValue();
        }
        if (type == long.class) {
            return value.longValue();
        }
        if (type == float.class) {
            return value.floatValue();
        }
        if (type == double.class) {
            return value.doubleValue();
        }
        return type == byte.class
                ? (Object) value.byteValue()
                : type == char.class ? (Object) 'a' : (Object) value.shortValue();
    }

    private Object array(Class<?> type) {
        Object element = of(type.getComponentType());
        Object array = Array.newInstance(type.getComponentType(), 1);
        Array.set(array, 0, element);
        return array;
    }

    private Object proxy(Class<?> type) {
        return Proxy.newProxyInstance(
                Values.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "toString" -> type.getSimpleName();
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default ->
                        method.getReturnType() == void.class
                                ? null
                                : method.getReturnType() == type ? proxy : of(method.getGenericReturnType());
                });
    }

    /** By a builder, a static factory without numbers or a constructor. */
    private Object made(Class<?> type) {
        if (!making.add(type)) {
            return null;
        }
        try {
            Class<?> owner = type.getEnclosingClass();
            if (owner != null && type.getSimpleName().equals("Builder")) {
                return factory(owner, type);
            }
            Object built = factory(type, type);
            return built != null ? built : constructed(type);
        } finally {
            making.remove(type);
        }
    }

    private Object factory(Class<?> owner, Class<?> result) {
        for (Method method : owner.getDeclaredMethods()) {
            boolean fits = Modifier.isPublic(method.getModifiers()) && Modifier.isStatic(method.getModifiers());
            if (fits
                    && method.getReturnType() == result
                    && Arrays.stream(method.getParameterTypes()).noneMatch(Class::isPrimitive)) {
                Object made = factory(method);
                if (made != null) {
                    return made;
                }
            }
            if (fits && owner == result && method.getName().equals("builder") && method.getParameterCount() == 0) {
                Object builder = factory(method);
                return builder == null ? null : built(builder);
            }
        }
        return null;
    }

    private static Object built(Object builder) {
        try {
            return builder.getClass().getMethod("build").invoke(builder);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private Object factory(Method method) {
        try {
            return method.invoke(
                    null,
                    Arrays.stream(method.getGenericParameterTypes())
                            .map(this::of)
                            .toArray());
        } catch (InvocationTargetException | IllegalArgumentException e) {
            return null;
        } catch (IllegalAccessException e) {
            return Assertions.fail(e);
        }
    }

    private Object constructed(Class<?> type) {
        for (Constructor<?> constructor : type.getConstructors()) {
            try {
                Object[] arguments = Arrays.stream(constructor.getGenericParameterTypes())
                        .map(this::of)
                        .toArray();
                if (Arrays.stream(arguments).allMatch(Objects::nonNull)) {
                    return constructor.newInstance(arguments);
                }
            } catch (InvocationTargetException e) {
                continue;
            } catch (ReflectiveOperationException e) {
                return Assertions.fail(e);
            }
        }
        return null;
    }
}
