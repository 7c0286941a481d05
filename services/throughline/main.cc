// The program: nothing but the verbs.
int main() { return 0; }
