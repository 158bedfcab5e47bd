import YAML

/// What the program brings along, so that it is of use without any content folder.
public enum BuiltInContent {
    /// How messages name the built-in detection in place of a file.
    public static let seedName = "builtin:remote_process_instantiation_via_wmi_and_powershell"

    /// The detection that the program ships, a YAML document.
    public static var seedDetection: [UInt8] {
        PackageResources.remote_process_instantiation_via_wmi_and_powershell_yml
    }

    /// Technique, tactics and groups for what the program ships, in the form of ESCU's `mitre_enrichment.csv`.
    public static var mitreEnrichment: [UInt8] { PackageResources.mitre_enrichment_csv }

    /// The built-in detection loaded, as from a file.
    public static func load() -> DetectionLoader.Contents {
        DetectionLoader().load(text: seedDetection, file: seedName)
    }
}
