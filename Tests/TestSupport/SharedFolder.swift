import Foundation

/// Content and facts that are not part of the project: `TRAWL_SHARED`, or `../shared` beside the package.
public enum SharedFolder {
    /// The path of a file or folder in there; `nil` where it is missing.
    public static func path(_ name: String) -> String? { root(holding: name).map { $0 + "/" + name } }

    /// The folder itself, where it holds a file or folder.
    public static func root(holding name: String) -> String? {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folders = [ProcessInfo.processInfo.environment["TRAWL_SHARED"], root.path + "/shared"]
        return folders.compactMap(\.self).first { FileManager.default.fileExists(atPath: $0 + "/" + name) }
    }
}
