package dev.wearon.egress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Tells the addresses of the internet from all others: private, local, reserved, multicast, and those that embed an IPv4 address, by
 * which a translator could reach a private one (RFC 6890, 6052, 8215, 3056, 4380; of IPv6, everything outside of 2000::/3).
 */
final class PublicAddresses {

    private static final List<Range> DENIED = List.of(
            Range.of("0.0.0.0", 8),
            Range.of("10.0.0.0", 8),
            Range.of("100.64.0.0", 10),
            Range.of("127.0.0.0", 8),
            Range.of("169.254.0.0", 16),
            Range.of("172.16.0.0", 12),
            Range.of("192.0.0.0", 24),
            Range.of("192.0.2.0", 24),
            Range.of("192.88.99.0", 24),
            Range.of("192.168.0.0", 16),
            Range.of("198.18.0.0", 15),
            Range.of("198.51.100.0", 24),
            Range.of("203.0.113.0", 24),
            Range.of("224.0.0.0", 4),
            Range.of("240.0.0.0", 4),
            Range.of("2001::", 23),
            Range.of("2001:db8::", 32),
            Range.of("2002::", 16),
            Range.of("3fff::", 20));

    /** The only addresses of IPv6 that are routed in the internet. */
    private static final Range ROUTED_IPV6 = Range.of("2000::", 3);

    private PublicAddresses() {}

    /** @param prefix the first bits, which all addresses of the range have */
    private record Range(byte[] prefix, int bits) {

        static Range of(String first, int bits) {
            try {
                return new Range(InetAddress.getByName(first).getAddress(), bits);
            } catch (UnknownHostException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        boolean has(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    static boolean isPublic(InetAddress address) {
        byte[] bytes = unmapped(address);
        return (bytes.length == 4 || ROUTED_IPV6.has(bytes)) && DENIED.stream().noneMatch(range -> range.has(bytes));
    }

    /** The IPv4 address within {@code ::ffff:0:0/96}. Java converts its text already, but not every source of addresses does. */
    private static byte[] unmapped(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address || !isMapped(bytes)) {
            return bytes;
        }
        return new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]};
    }

    private static boolean isMapped(byte[] bytes) {
        for (int at = 0; at < 10; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return bytes[10] == -1 && bytes[11] == -1;
    }
}
