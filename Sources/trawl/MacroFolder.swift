import Detections
import SPL

/// Macros for a search given on the command line.
enum MacroFolder {
    /// The built-in macros, with those of a folder before them.
    static func library(_ folder: String?) throws(CommandFailure) -> MacroLibrary {
        guard let folder else { return MacroLibrary() }
        try Folder.check(folder)
        return DetectionPack(paths: [], folders: ContentFolders(macros: [folder])).macros
    }
}
