package org.gto4j.lab.stock;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Servers by their arguments, each started when it is first asked for. A few stay alive, since they idle without a
 * sound and share the pages of the target's file; the one that was asked longest ago makes room. Not thread-safe.
 */
public final class StockServers implements AutoCloseable {
    private static final int MOST_ALIVE = 5;

    private final Path executable;
    private final Map<List<String>, StockServer> alive = new LinkedHashMap<>(16, 0.75f, true);

    public StockServers(Path executable) {
        this.executable = executable;
    }

    public StockServer get(List<String> arguments) {
        StockServer server = alive.get(arguments);
        if (server == null) {
            if (alive.size() == MOST_ALIVE) {
                Iterator<StockServer> oldest = alive.values().iterator();
                oldest.next().close();
                oldest.remove();
            }
            server = StockServer.start(executable, arguments);
            alive.put(arguments, server);
        }
        return server;
    }

    @Override
    public void close() {
        alive.values().forEach(StockServer::close);
        alive.clear();
    }
}
