package dev.wearon.generation.crash;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases in which the process does not die. {@code CrashPointsIT} of the acceptance tests covers the others. */
class CrashPointsTest {

    private static final UUID STORE = UUID.randomUUID();

    @ParameterizedTest
    @EnumSource
    void doNothingWithoutConfiguration(CrashPoint point) {
        new CrashPoints(Optional.empty(), Optional.empty()).passed(point, STORE);
    }

    @ParameterizedTest
    @EnumSource
    void doNothingAtOtherPoints(CrashPoint configured) {
        CrashPoints crashPoints = new CrashPoints(Optional.of(configured.name()), Optional.empty());
        Arrays.stream(CrashPoint.values())
                .filter(point -> point != configured)
                .forEach(point -> crashPoints.passed(point, STORE));
    }

    @ParameterizedTest
    @EnumSource
    void doNothingForOtherStores(CrashPoint configured) {
        new CrashPoints(Optional.of(configured.name()), Optional.of(STORE)).passed(configured, UUID.randomUUID());
    }

    @ParameterizedTest
    @ValueSource(strings = {"LUNCH", "charge", " CHARGE"})
    void refuseAnUnknownLabel(String label) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> new CrashPoints(Optional.of(label), Optional.empty()))
                .withMessageContaining("WEARON_CRASH_AT")
                .withMessageContaining("KEY_ROW, CHARGE, INSERT");
    }
}
