package org.gto4j.io;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a folder's lock, as its lock file says.
 *
 * @param process id
 * @param host name of its machine
 * @param work what it does, e.g. "training, phase 1"
 * @param since when it took the lock
 */
record FolderOwner(long process, String host, String work, String since) {
    /** The kernel's own name for the machine: asking a name service may take seconds. */
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    static FolderOwner current(String work) {
        return new FolderOwner(
                ProcessHandle.current().pid(),
                hostName(),
                work,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static String hostName() {
        try {
            return Files.isReadable(HOST_NAME)
                    ? Files.readString(HOST_NAME).strip()
                    : InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this machine";
        } catch (IOException e) {
            return "this machine";
        }
    }

    byte[] toJson() {
        return (JsonNodeFactory.instance
                                .objectNode()
                                .put("process", process)
                                .put("host", host)
                                .put("work", work)
                                .put("since", since)
                        + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Null if it isn't written, or not wholly. */
    static @Nullable FolderOwner of(byte[] json) {
        try {
            JsonNode owner = new ObjectMapper().readTree(json);
            boolean whole = owner.path("process").isIntegralNumber()
                    && owner.path("host").isTextual()
                    && owner.path("work").isTextual()
                    && owner.path("since").isTextual();
            return whole
                    ? new FolderOwner(
                            owner.path("process").asLong(),
                            owner.path("host").asText(),
                            owner.path("work").asText(),
                            owner.path("since").asText())
                    : null;
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return "process " + process + " on " + host + " (" + work + ", since " + since + ")";
    }
}
