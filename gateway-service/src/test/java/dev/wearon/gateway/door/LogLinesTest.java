package dev.wearon.gateway.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.FormatStep.ItemType;
import org.jboss.logmanager.formatters.MultistepFormatter;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class LogLinesTest {

    private static ExtLogRecord event(String logger) {
        ExtLogRecord event = new ExtLogRecord(Level.INFO, "GET / 200 in 1 ms", LogLinesTest.class.getName());
        event.setLoggerName(logger);
        event.putMdc("request_id", "req_1");
        return event;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%d{yyyy-MM-dd'T'HH:mm:ss.SSSZ} %-5p [%c{2.}] request_id=%X{request_id} %s%e%n",
                "%c %s%n",
                "%-40c{1} %m%n",
                "%m%n"
            })
    void haveTheSameForm(String pattern) {
        PatternFormatter plain = new PatternFormatter(pattern);
        PatternFormatter cheap = new PatternFormatter(pattern);
        LogLines.rememberNames(cheap);
        for (String logger :
                List.of("dev.wearon.gateway.requests", "io.quarkus", "requests", "dev.wearon.gateway.requests")) {
            ExtLogRecord event = event(logger);
            assertThat(cheap.format(event)).isEqualTo(plain.format(event));
        }
    }

    @Test
    void areRenderedLikeThisOnTheConsole() {
        assertThat(Arrays.stream(InitialConfigurator.DELAYED_HANDLER.getHandlers())
                        .filter(ConsoleHandler.class::isInstance)
                        .map(Handler::getFormatter)
                        .map(MultistepFormatter.class::cast)
                        .flatMap(formatter -> Arrays.stream(formatter.getSteps()))
                        .filter(step -> step.getItemType() == ItemType.CATEGORY)
                        .map(step -> step.getClass().getEnclosingClass().getName()))
                .isNotEmpty()
                .containsOnly(LogLines.class.getName());
    }
}
