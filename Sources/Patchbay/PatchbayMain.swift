@main struct PatchbayMain { static func main() {} }
