package dev.wearon.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that cannot work are refused before anything is installed. */
class ContradictionsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            small      | publicUrl=                                                        | Set publicUrl
            small      | existingSecret=                                                   | Set existingSecret or database.existingSecret
            small      | storage.replicas=2                                                | storage.backend is filesystem, which one process locks
            small      | storage.autoscaling.enabled=true                                  | storage.backend is filesystem, which one process locks
            small      | storage.backend=s3                                                | storage.backend is s3, so set storage.s3.bucket
            production | worker.autoscaling.enabled=true                                   | worker.autoscaling and worker.keda are both enabled
            production | worker.keda.maxReplicas=1                                         | worker.keda.minReplicas is greater
            production | credits.autoscaling.minReplicas=9                                 | credits.autoscaling.minReplicas is greater than its maxReplicas
            production | credits.resources.requests.cpu=                                   | so set credits.resources.requests.cpu
            small      | worker.drainTimeoutSeconds=60                                     | must be shorter than worker.terminationGracePeriodSeconds (60)
            small      | worker.drainTimeoutSeconds=50                                     | worker.terminationGracePeriodSeconds (60) must be more than 65
            small      | gateway.shutdownDelaySeconds=20                                   | gateway.terminationGracePeriodSeconds (60) must be more than 60
            small      | worker.drainTimeoutSeconds=10                                     | another pod would pay for them again
            small      | model.name=other                                                  | shoppers must know who receives their photos
            small      | gateway.httpRoute.enabled=true                                    | choose one way to the gateway
            small      | gateway.ingress.hosts=null                                        | gateway.ingress.enabled needs gateway.ingress.hosts
            production | database.ca.existingSecret=another                                | the certificates are in one of them
            small      | gateway.config.WEARON_DB_POOL_SIZE=3                              | the chart sets this variable from another value
            small      | credits.config.WEARON_DB_PASSWORD=secret                          | or from a Secret
            """)
    void areRefusedWithASentence(String example, String setting, String sentence) {
        assertThatThrownBy(() -> Chart.render(example, settings(setting)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gateway.replicaCount=2            | replicaCount
            workers.replicas=2                | workers
            defaults.autoscaling.maximum=3    | maximum
            worker.concurrency=65             | /worker/concurrency
            storage.backend=ftp               | /storage/backend
            database.port=70000               | /database/port
            database.password=secret          | password
            worker.config.CONCURRENCY=2       | CONCURRENCY
            image.pullPolicy=Sometimes        | /image/pullPolicy
            """)
    void areRefusedByTheSchema(String setting, String named) {
        assertThatThrownBy(() -> Chart.render("small", settings(setting)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(named);
    }

    @Test
    void sayHowManyConnectionsTheDatabaseNeeds() {
        // The notes are not in the output of a render, so a failing template would be found only by an installation.
        assertThat(Chart.notes("production"))
                .contains("worker           21 pods x 6 = 126")
                .contains("storage           5 pods x 18 = 90")
                .contains("KEDA             3")
                .contains("together         507");
    }

    private static Map<String, Object> settings(String setting) {
        Map<String, Object> settings = new LinkedHashMap<>();
        String[] parts = setting.split("=", 2);
        Object value = parts[1];
        if (parts[1].matches("\\d+")) {
            value = Integer.valueOf(parts[1]);
        } else if (parts[1].matches("true|false")) {
            value = Boolean.valueOf(parts[1]);
        }
        settings.put(parts[0], value);
        return settings;
    }
}
