package dev.wearon.generation.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.list.ReactiveListCommands;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The list of permits: pushed on the left, popped on the right. */
@ApplicationScoped
public class Permits {

    private static final Logger LOG = Logger.getLogger(Permits.class);
    private static final String KEY = "wearon:tasks:generation";

    private final ReactiveListCommands<String, String> lists;
    private final ObjectMapper json;
    private final QueueConfig config;
    private final Counter dropped;

    Permits(ReactiveRedisDataSource redis, ObjectMapper json, QueueConfig config, MeterRegistry metrics) {
        this.lists = redis.list(String.class);
        this.json = json;
        this.config = config;
        this.dropped = Counter.builder("wearon.queue.tasks.dropped")
                .description("Entries of the task list that are no task of this suite")
                .register(metrics);
    }

    /** Fails when Redis gives no answer in time; the permits may then have arrived or not. */
    public Uni<Void> push(List<Task> tasks) {
        String[] entries = tasks.stream().map(this::write).toArray(String[]::new);
        return lists.lpush(KEY, entries)
                .ifNoItem()
                .after(config.timeout())
                .fail()
                .replaceWithVoid();
    }

    /** Waits a little for the next permit. What is not a task of ours is counted and dropped. */
    public Uni<Optional<Task>> pop() {
        return lists.brpop(config.popWait(), KEY)
                .ifNoItem()
                .after(config.popWait().plus(config.timeout()))
                .fail()
                .map(entry -> entry == null ? Optional.empty() : read(entry.value()));
    }

    public Uni<Long> length() {
        return lists.llen(KEY).ifNoItem().after(config.timeout()).fail();
    }

    private String write(Task task) {
        try {
            return json.writeValueAsString(task);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A task is always writable", impossible);
        }
    }

    private Optional<Task> read(String entry) {
        try {
            Task task = json.readValue(entry, Task.class);
            if (task != null && task.isOurs()) {
                return Optional.of(task);
            }
            LOG.warn("Dropped a task of another version or channel");
        } catch (JsonProcessingException notATask) {
            // Its text is not logged: it may hold signed URLs.
            LOG.warn("Dropped an entry of the task list that is not a task");
        }
        dropped.increment();
        return Optional.empty();
    }
}
