package dev.wearon.configuration;

import io.quarkus.runtime.configuration.MemorySizeConverter;
import org.eclipse.microprofile.config.spi.Converter;

/** A number of bytes as operators write it: {@code 4000}, {@code 64K}, {@code 10M}. */
public final class Bytes implements Converter<Long> {

    @Override
    public Long convert(String value) {
        return new MemorySizeConverter().convert(value).asBigInteger().longValueExact();
    }
}
