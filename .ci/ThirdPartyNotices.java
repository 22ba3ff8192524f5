import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Prints the table of THIRD-PARTY-NOTICES.md, which says how to run it. */
final class ThirdPartyNotices {

    private static final Path REPOSITORY = Path.of(System.getProperty("user.home"), ".m2/repository");

    /** @param folders the folders with the jars of the packaged services and of the command */
    public static void main(String[] folders) throws Exception {
        Map<String, Path> known = jarsOfTheRepository();
        Map<String, TreeSet<String>> artifacts = new TreeMap<>();
        for (String folder : folders) {
            for (Path jar : jars(Path.of(folder))) {
                String name = jar.getFileName().toString();
                if (name.contains("service-conventions-") || name.startsWith("wearon-")) {
                    continue;
                }
                Path origin = known.get(name);
                if (origin == null) {
                    throw new IllegalStateException("not in " + REPOSITORY + ": " + jar);
                }
                Path version = origin.getParent();
                Path artifact = version.getParent();
                String group = REPOSITORY.relativize(artifact.getParent()).toString().replace('/', '.');
                String row = "`" + group + "` | " + licences(pom(version, artifact));
                artifacts.computeIfAbsent(row, missing -> new TreeSet<>())
                        .add(artifact.getFileName() + " " + version.getFileName());
            }
        }
        System.out.println("| group | licence | artifacts |\n|---|---|---|");
        artifacts.forEach((row, names) -> System.out.println("| " + row + " | " + String.join(", ", names) + " |"));
    }

    /** By file name, and by the name with the group before it, as Quarkus names the jars of a packaged service. */
    private static Map<String, Path> jarsOfTheRepository() throws IOException {
        Map<String, Path> jars = new HashMap<>();
        for (Path jar : jars(REPOSITORY)) {
            String name = jar.getFileName().toString();
            Path group = REPOSITORY.relativize(jar.getParent().getParent().getParent());
            jars.put(name, jar);
            jars.put(group.toString().replace('/', '.') + "." + name, jar);
        }
        return jars;
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }

    private static Path pom(Path version, Path artifact) {
        return version.resolve(artifact.getFileName() + "-" + version.getFileName() + ".pom");
    }

    /** The licences of a POM, or of the nearest parent that has any. */
    private static String licences(Path pom) throws Exception {
        Element project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(pom.toFile())
                .getDocumentElement();
        Element licences = child(project, "licenses");
        if (licences != null) {
            return children(licences).stream()
                    .map(licence -> spdx(text(licence, "name"), text(licence, "url")))
                    .distinct()
                    .sorted()
                    .collect(Collectors.joining(" or "));
        }
        Element parent = child(project, "parent");
        if (parent == null) {
            return "not declared";
        }
        Path artifact = REPOSITORY
                .resolve(text(parent, "groupId").replace('.', '/'))
                .resolve(text(parent, "artifactId"));
        return licences(pom(artifact.resolve(text(parent, "version")), artifact));
    }

    private static String spdx(String name, String url) {
        String both = (name + " " + url).toLowerCase(Locale.ROOT);
        if (both.contains("apache")) {
            return "Apache-2.0";
        } else if (both.contains("classpath") || both.contains("gpl2 w/ cpe")) {
            return "GPL-2.0-only WITH Classpath-exception-2.0";
        } else if (both.contains("eclipse public") || both.contains("epl-2.0") || both.contains("epl 2.0")) {
            return "EPL-2.0";
        } else if (both.contains("distribution license") || both.contains("edl 1.0")) {
            return "BSD-3-Clause (EDL 1.0)";
        } else if (both.contains("bsd-2") || both.contains("bsd 2")) {
            return "BSD-2-Clause";
        } else if (both.contains("bsd-3") || both.contains("bsd 3")) {
            return "BSD-3-Clause";
        } else if (both.contains("creativecommons.org/publicdomain/zero") || both.contains("cc0")) {
            return "CC0-1.0";
        } else if (both.contains("mit license") || both.contains("mit-0") || name.equals("MIT")) {
            return both.contains("mit-0") ? "MIT-0" : "MIT";
        }
        return name;
    }

    private static Element child(Element of, String name) {
        return children(of).stream()
                .filter(element -> element.getTagName().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static List<Element> children(Element of) {
        List<Element> children = new ArrayList<>();
        for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    private static String text(Element of, String name) {
        Element child = child(of, name);
        return child == null ? "" : child.getTextContent().strip();
    }
}
