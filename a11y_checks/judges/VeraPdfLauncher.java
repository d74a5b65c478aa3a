import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.verapdf.ReleaseDetails;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Reads paths, one a line, and answers each in order: FAILED lines, then one VERDICT or BROKEN line; tabs between. */
public class VeraPdfLauncher {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        VeraGreenfieldFoundryProvider.initialise();
        ReleaseDetails release = ReleaseDetails.addDetailsFromResource(
            ReleaseDetails.APPLICATION_PROPERTIES_ROOT + "validation-model." + ReleaseDetails.PROPERTIES_EXT);
        say(out, "VERSION", release.getVersion());
        BufferedReader paths = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String path = paths.readLine(); path != null; path = paths.readLine()) {
            try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(path), PDFAFlavour.PDFUA_1);
                 PDFAValidator validator = Foundries.defaultInstance().createValidator(PDFAFlavour.PDFUA_1, false)) {
                ValidationResult result = validator.validate(parser);
                for (TestAssertion one : result.getTestAssertions()) {
                    if (one.getStatus() == TestAssertion.Status.FAILED) {
                        String rule = one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber();
                        say(out, "FAILED", rule, one.getMessage(), one.getLocation().getContext());
                    }
                }
                say(out, "VERDICT", result.isCompliant() ? "compliant" : "not compliant",
                    String.valueOf(result.getTotalAssertions()));
            } catch (Exception | StackOverflowError error) {
                say(out, "BROKEN", String.valueOf(error));
            }
        }
    }

    private static void say(PrintStream out, String... parts) {
        for (int index = 0; index < parts.length; index++) {
            parts[index] = String.valueOf(parts[index]).replaceAll("\\s+", " ");
        }
        out.println(String.join("\t", parts));
    }
}
