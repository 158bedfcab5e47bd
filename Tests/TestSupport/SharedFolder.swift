import Foundation

/// Content and facts that are not part of the project: `TRAWL_SHARED`, or `../shared` beside the package.
public enum SharedFolder {
    /// The path of a file or folder in there; `nil` where it is missing.
    public static func path(_ name: String) -> String? {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folders = [ProcessInfo.processInfo.environment["TRAWL_SHARED"], root.path + "/shared"]
        return folders.compactMap(\.self).map { $0 + "/" + name }.first { FileManager.default.fileExists(atPath: $0) }
    }
}
